"""Whatever pydantic finds wrong with a value, people read our own words."""

import re

import pytest
from pydantic import BaseModel, ValidationError

from myognosis.language import LANGUAGES, say
from myognosis.model.labels import Label
from myognosis.model.misfit import why_no_text, why_not

VALUES = [
    {}, {"start_s": "x"}, {"start_s": -1}, {"start_s": 1e12}, {"start_s": float("nan")}, {"start_s": 1, "class": ""},
    {"start_s": 1, "class": "x" * 300}, {"start_s": 1, "class": "x", "other": 1}, [], "x", None,
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_fault_is_told_in_the_words_of_the_library(value: object):
    with pytest.raises(ValidationError) as caught:
        Label.model_validate(value)
    for error in caught.value.errors():
        for language in LANGUAGES:
            said = say(why_not(error), language)
            assert said and "{" not in said and error["msg"] not in said
            assert language == "en" or not re.search("[a-z]{4}", said), said


def test_a_kind_that_is_new_to_us_is_told_without_its_english():
    class Odd(BaseModel):
        url: bytes

    with pytest.raises(ValidationError) as caught:
        Odd.model_validate({"url": object()})
    assert str(why_not(caught.value.errors()[0])) == "it has the wrong form"
    assert str(why_no_text(RuntimeError("boom"))) == "it has the wrong form"
