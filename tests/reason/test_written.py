"""Words that nobody confirmed: they count nowhere, and an emergency that stands in them is never passed over."""

import pytest

from myognosis.assessing import assess
from myognosis.knowledge import load_knowledge
from myognosis.model.case import Answer, Case, Complaint, Person

_AFTER_SURGERY = (
    "After my thyroid was removed on Monday my fingers tingle and my hands cramp",
    "Після видалення щитоподібної залози в понеділок німіють губи, руки зводить",
    "После удаления щитовидки немеют губы, сводит кисти рук",
)


def _case(words: str, **answers: str) -> Case:
    told = {name: Answer(answer) for name, answer in answers.items()}
    return Case(person=Person(age_years=34, sex="female"), complaint=Complaint(words=words), answers=told)


@pytest.mark.parametrize("words", _AFTER_SURGERY)
def test_an_emergency_that_only_the_words_tell_is_shown_and_not_decided(words: str) -> None:
    result = assess(_case(words), load_knowledge())
    assert result.urgency.level == "self_care"
    assert result.urgency_if_so is not None
    assert result.urgency_if_so.level == "emergency"
    assert "thyroid_neck_surgery" in {term.name for term in result.written}
    assert not result.present


def test_what_was_answered_is_not_read_again_from_the_words() -> None:
    result = assess(_case(_AFTER_SURGERY[0], thyroid_neck_surgery="absent", paraesthesia="absent"), load_knowledge())
    assert not {"thyroid_neck_surgery", "paraesthesia"} & {term.name for term in result.written}
    assert result.urgency_if_so is None


def test_confirmed_words_are_an_emergency_and_no_guess() -> None:
    result = assess(_case(_AFTER_SURGERY[0], thyroid_neck_surgery="present", paraesthesia="present"), load_knowledge())
    assert result.urgency.level == "emergency"
    assert result.urgency_if_so is None


@pytest.mark.parametrize("words", ["My eyelid twitches, no fever, no weakness", "", "Purple elephants"])
def test_words_without_a_warning_sign_raise_nothing(words: str) -> None:
    assert assess(_case(words), load_knowledge()).urgency_if_so is None
