"""The sliders of the axon: by keyboard, and what they show is what the server shows."""

import re
from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("keys", "query"),
    [
        ({"calcium_mm": "ArrowLeft"}, "calcium_mm=1.0"),
        ({"calcium_mm": "Home"}, "calcium_mm=0.6"),
        ({"potassium_mm": "End"}, "potassium_mm=7.5"),
        ({"magnesium_mm": "Home", "temperature_c": "Home"}, "magnesium_mm=0.2&temperature_c=30"),
    ],
)
def test_a_slider_moved_by_keyboard_shows_what_the_server_shows(open_page: Callable[..., Any], keys: dict[str, str], query: str):
    page = open_page("uk")

    def shown() -> tuple[list[str | None], list[float]]:
        rows = ["yours"] if page.is_hidden("[data-close]") else ["yours", "close"]
        strokes = "".join(page.get_attribute(f"[data-{row}] .axon-spike", "d") for row in rows)
        words = [page.text_content("[data-meaning]"), page.text_content("[data-yours] p")]
        return words, [float(x) for x in re.findall(r"M([\d.]+)", strokes)]

    page.goto(f"/why?{query}")
    page.wait_for_selector("input[type=range]")
    asked = shown()
    page.goto("/why")
    page.wait_for_selector("input[type=range]")
    for name, key in keys.items():
        page.focus(f"#{name}")
        page.keyboard.press(key)
    moved = shown()
    assert moved[0] == asked[0]
    assert moved[1] == pytest.approx(asked[1], abs=0.11)  # halves are rounded to either side
