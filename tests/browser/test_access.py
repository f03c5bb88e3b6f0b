"""axe-core finds nothing on any page, in any language, light or dark."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import AXE
from .walk import leave, opening, questions, result

STEPS = (
    "about",
    "warnings",
    "story",
    "words",
    "where",
    "medicines",
    "habits",
    "history",
    "body",
    "also",
    "function",
    "tests",
    "labs",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_no_page_has_a_fault_that_axe_can_find(open_page: Callable[..., Any], language: str, dark: bool):
    page, faults = open_page(language, dark=dark), list[str]()

    def look(path: str = "") -> None:
        if path:
            page.goto(path)
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(
            "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3)]))"
        )
        faults.extend(f"{page.url}: {rule} {nodes}" for rule, nodes in found)

    look()
    look("/help")
    look("/why")
    look("/why/hypocalcaemia_cause")
    page.goto("/")
    case = opening(page, age="34", sex="male", place="gastrocnemius/left", medicine="salbutamol")
    look()
    questions(page, {"feel_flicker_under_skin", "health_worry_mnd"})
    look()
    result(page)
    for path in (
        "result",
        "clinician",
        "summary",
        "erase",
        "bench",
        "bench?try=atrophy:present",
        "recordings",
        *(f"step/{step}" for step in STEPS),
    ):
        look(f"{case}/{path}")
    page.goto(f"{case}/step/about")
    page.fill("#age", "400")
    leave(page, "form#page button.go")
    look()
    page.goto(f"{case}/step/labs")
    page.select_option("#new", "calcium_total")
    leave(page, "button[value=row]")
    look()
    page.goto(f"{case}/step/warnings")
    page.uncheck("input[name=none]")
    page.check("input[value=laryngospasm]")
    leave(page, ".at-once button")
    look()
    look(f"{case}/review?change=1")
    look("/nothing-here")
    assert faults == []
