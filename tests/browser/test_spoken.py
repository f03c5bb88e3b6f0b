"""What a screen reader reads, in its order: the tree that the browser hands to it. No screen reader itself is run."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from myognosis.knowledge import load_knowledge
from myognosis.language import Language

from .walk import ANSWER, leave, opening

LANGUAGES: tuple[Language, ...] = ("en", "uk", "ru")


def in_order(page: Any, *wanted: str) -> None:
    """Each pattern is read after the one before it."""
    heard, at = str(page.locator("body").aria_snapshot()), 0
    for pattern in wanted:
        found = re.compile(pattern).search(heard, at)
        assert found, f"{pattern!r} is not read there:\n{heard[at:]}"
        at = found.end()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_emergency_is_heard_before_what_can_change_it_and_a_question_before_its_answers(
    open_page: Callable[..., Any], language: Language
):
    page = open_page(language)
    case = opening(page, age="52", sex="female", place="hand/left", surgery=True)
    asked = load_knowledge().findings["neck_surgery_recent"].ask
    assert asked
    text = re.escape(asked.in_language(language))
    in_order(
        page,
        'link "[^"]+":\n *- /url: "#main"',
        "- main:",
        "- button",
        rf'heading "{text}" \[level=1\]',
        "strong",
        "group",
        *["button"] * 4,
    )
    page.goto(f"{case}/question/perioral_tingling")
    leave(page, ANSWER.format("present"))
    in_order(
        page,
        "- main:",
        r"\[level=1\]",
        "/url: tel:112",
        "- '?region",
        "- paragraph",
        rf'group "{text}"',
        *["button"] * 3,
        "listitem",
    )
    leave(page, ANSWER.format("absent"))
    in_order(page, "- main:", "- status:", r"\[level=1\]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_is_heard_first_and_again_at_its_field(open_page: Callable[..., Any], language: Language):
    page = open_page(language)
    leave(page, "form[action='/case'] button")
    page.fill("#age", "400")
    leave(page, "form#page button.go")
    in_order(page, "- main:", "- alert:", r"heading .*\[level=2\]", '/url: "#age"', r"\[level=1\]", r"textbox .*\[invalid\]")
    assert page.locator("#age[aria-invalid=true]").count() == 1
