"""How a person goes through the interview."""

from collections.abc import Callable, Sequence
from typing import Any

ANSWER = "button[name=answer][value={}]"


def leave(page: Any, selector: str) -> None:
    """Press what leads to another page, and be there."""
    with page.expect_navigation():
        page.locator(selector).last.click()


def forward(page: Any) -> None:
    leave(page, "form#page button.go:visible")


def none(page: Any) -> None:
    page.check("input[name=none]")
    forward(page)


def opening(
    page: Any, *, age: str, sex: str, place: str, medicine: str = "", surgery: bool = False, words: str = "",
    like: Sequence[str] = (),
) -> str:  # fmt: skip
    """Through the opening up to the first question, or the emergency page; the address of the case."""
    leave(page, "form[action='/case'] button")
    page.fill("#age", age)
    page.check(f"input[name=sex][value={sex}]")
    forward(page)
    none(page)
    page.fill("#words", words)
    forward(page)
    if words:
        forward(page)
    for sign in like:
        page.check(f"input[value={sign}]")
    forward(page) if like else none(page)
    page.locator(f"input[value='{place}']").check()
    forward(page)
    if medicine:
        page.fill("#query", medicine)
        leave(page, "button[name=do][value=search]")
        leave(page, "button[name=add] >> nth=0")
    forward(page)
    forward(page)
    page.check("input[value=thyroid_neck_surgery]" if surgery else "input[name=none]")
    forward(page)
    for _ in range(3):
        none(page)
    return str(page.url).split("/question")[0].split("/emergency")[0]


def questions(page: Any, yes: set[str], unknown: set[str] = frozenset()) -> int:  # type: ignore[assignment]
    """Answer until it ends; how many there were."""
    asked = 0
    while "/question" in page.url:
        finding = page.get_attribute("form#page", "action").rsplit("/", 1)[1]
        value = "present" if finding in yes else "unknown" if finding in unknown else "absent"
        leave(page, ANSWER.format(value))
        asked += 1
        assert asked <= 35
    return asked


def result(page: Any) -> None:
    for step in ("/tests", "/labs"):
        if step in page.url:
            forward(page)
    leave(page, "form[action$='/result'] button")


def by_keyboard(page: Any, wanted: Callable[[], bool], most: int = 200) -> None:
    """Tab until what is wanted has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted():
            return
    raise AssertionError("the keyboard does not reach it")


def focused(page: Any, selector: str) -> bool:
    found: bool = page.evaluate("(s) => document.activeElement !== null && document.activeElement.matches(s)", selector)
    return found
