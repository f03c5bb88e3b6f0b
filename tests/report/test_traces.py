"""Pictures of recordings: nothing of the trace is lost, nothing foreign enters, every language says the same."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.knowledge import load_knowledge
from myognosis.language import Language
from myognosis.model.picture import MapPicture, Mark, Picture, RatePicture, SpectrumPicture, TracePicture
from myognosis.model.recording import Measurement
from myognosis.report.measured import _picture, _row, measured_lines, spelling
from myognosis.report.page import MeasuredView, MeasureView
from myognosis.report.traces import draw, nice_step
from myognosis.signals.envelope import envelope

KNOWLEDGE = load_knowledge()
TRACE = TracePicture(
    channel="x", unit="uV", rate_hz=1000, start_s=2, seconds=4, low=(-1.0, None, -2.0, -1.0), high=(1.0, None, 3.0, 1.0),
    marks=(Mark(label="fasciculation", start_s=3.0), Mark(label="burst", start_s=4.0, duration_s=1.0)), left_out=((2.0, 3.0),),
)  # fmt: skip
SPECTRUM = SpectrumPicture(channel="x", unit="(m/s2)²/Hz", hz=(1.0, 5.0, 9.0), power=(0.0, 2.0, 0.5), peak_hz=(4.5, 5.0, 5.5))
RATE = RatePicture(label="fasciculation", step_s=10, counts=(3, 0, 1), watched_s=(10.0, 0.0, 5.0))
MAP = MapPicture(label="size", unit="uV", places_mm=((0.0, 0.0), (8.0, 0.0), (0.0, 8.0)), values=(1.0, 4.0, 0.0))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(1, 50))
def test_an_envelope_keeps_the_highest_and_the_lowest_sample(samples: list[float], columns: int):
    low, high = envelope(np.array(samples), columns)
    assert len(low) == len(high) == min(columns, len(samples))
    assert low.min() == np.float32(min(samples))
    assert high.max() == np.float32(max(samples))


def test_a_column_without_samples_is_a_gap_and_not_a_line():
    low, high = envelope(np.array([1.0, np.nan, np.nan, 4.0]), 4)
    assert np.isnan(low[1:3]).all()
    assert np.isnan(high[1:3]).all()
    drawn = str(draw(TRACE, "t"))
    assert drawn.count('stroke="#2f7fc1"') == 2  # before and after the gap


@pytest.mark.parametrize("picture", [TRACE, SPECTRUM, RATE, MAP], ids=lambda p: p.kind)
def test_a_picture_is_well_formed_and_hostile_words_stay_words(picture: Picture):
    hostile = '"><script>alert(1)</script>'
    svg = str(draw(picture, hostile, lambda unit: unit + hostile))
    root = ElementTree.fromstring(svg)  # noqa: S314  # our own
    assert root.get("aria-label") == hostile
    assert not [node for node in root.iter() if node.tag.endswith("script")]


def test_a_mark_is_drawn_where_it_is_in_time():
    root = ElementTree.fromstring(str(draw(TRACE, "t")))  # noqa: S314  # our own
    paths = [node.get("d") or "" for node in root.iter("path") if node.get("fill") == "#c04d00"]
    assert len(paths) == 1  # the mark without length is an arrow, the other a bar
    middle = 58 + (3.0 - 2.0) / 4.0 * (720 - 58 - 8)
    assert float(paths[0].split()[0][1:]) + 4 == pytest.approx(middle, abs=0.1)


def test_marks_that_stand_close_together_are_still_seen_apart():
    marks = tuple(Mark(label="x", start_s=2 + i / 100) for i in range(400))
    drawn = str(draw(TRACE.model_copy(update={"marks": marks}), "t"))
    widths = {float(width) for width in re.findall(r'd="M[\d.]+ 3h([\d.]+)', drawn)}
    assert widths and max(widths) < (720 - 58 - 8) / 400


def test_what_was_not_watched_has_no_rate():
    root = ElementTree.fromstring(str(draw(RATE, "r")))  # noqa: S314  # our own
    bars = [float(node.get("height") or 0) for node in root.iter("rect") if node.get("fill") == "#2f7fc1"]
    assert len(bars) == 2
    assert bars[0] / bars[1] == pytest.approx(18 / 12, rel=0.02)


@given(st.floats(1e-6, 1e6), st.integers(1, 12))
def test_ticks_are_round_and_not_too_many(span: float, most: int):
    step = nice_step(span, most)
    assert span / step <= most * (1 + 1e-6)
    assert f"{step:.0e}"[0] in "125"


@pytest.mark.parametrize("language", ["uk", "ru"])
@pytest.mark.parametrize("picture", [TRACE, SPECTRUM, RATE, MAP], ids=lambda p: type(p).__name__)
def test_numbers_of_a_picture_have_the_decimal_sign_of_the_reader(picture: Picture, language: Language):
    svg = str(draw(picture, "t", spelling(language)))
    drawn = ElementTree.fromstring(svg)  # noqa: S314  # our own
    words = [element.text or "" for element in drawn.iter("text")]
    assert words and not any(re.search(r"\d\.\d", text) for text in words), words


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]  # noqa: S314  # our own


@pytest.mark.parametrize(("high", "bar"), [(3.0, "1"), (2e7, "10000"), (2.5e-11, "0.5")], ids=["one", "large", "flat"])
def test_a_scale_bar_says_its_size_in_plain_digits(high: float, bar: str):
    trace = TRACE.model_copy(
        update={"low": (0.0,) * len(TRACE.low), "high": (high,) * len(TRACE.high), "marks": (), "left_out": (), "start_s": 0.0}
    )
    drawn = texts(str(draw(trace, "t", spelling("en"))))
    assert bar in drawn
    assert "1" in drawn, "and the tick at one second its number"
    assert not any("e" in text for text in drawn)


def test_a_caption_says_which_filter_a_trace_went_through():
    def of(**more: object) -> str:
        return _picture(TRACE.model_copy(update=more), KNOWLEDGE, "en").caption

    assert ", as recorded" in of()
    assert ", filtered 20 to 450 Hz" in of(band_hz=(20.0, 450.0))
    assert ", the average of many" in of(averaged=True)
    assert "filter" not in of(averaged=True)
    assert ", the average of many, filtered 20 to 450 Hz, negative up" in of(averaged=True, band_hz=(20.0, 450.0), up="negative")


@pytest.mark.parametrize(("start_s", "unit", "said"), [(-0.05, "ms", "100 ms from −50 ms"), (40.2, "s", "0.1 s from 40.2 s")])
def test_a_short_stretch_late_in_a_recording_is_told_in_seconds(start_s: float, unit: str, said: str):
    """Nobody looks for 40200 ms in a recording."""
    trace = TRACE.model_copy(update={"start_s": start_s, "seconds": 0.1, "marks": (), "left_out": ()})
    assert any(text.split()[1:] == [unit] for text in texts(str(draw(trace, "t", spelling("en")))))
    assert said in _picture(trace, KNOWLEDGE, "en").caption


def test_microvolts_by_the_thousand_are_millivolts_beside_their_bar():
    large = TRACE.model_copy(update={"low": (-2000.0,) * 4, "high": (3000.0,) * 4})
    assert {"2.5", "mV"} <= set(texts(str(draw(large, "t", spelling("en")))))


def test_a_rate_has_an_axis_from_zero_on():
    drawn = texts(str(draw(RATE, "r", spelling("en"))))
    assert {"0", "10", "20", "/min"} <= set(drawn)


def test_a_caption_says_what_is_marked():
    def of(*labels: str) -> str:
        marks = tuple(Mark(label=label, start_s=TRACE.start_s) for label in labels)
        return _picture(TRACE.model_copy(update={"marks": marks}), KNOWLEDGE, "en").caption

    assert "; marks: cramp discharge, 2" in of("cramp_discharge", "cramp_discharge")
    assert "; marks: fasciculation potential, 1" in of("fasciculation")
    assert "; marks: 2" in of("onset", "peak")
    assert "; the bar above is its duration" in of("duration")
    assert "mark" not in of()


def test_the_range_of_few_values_is_called_a_range_and_equal_bounds_are_no_interval():
    def row(**more: object) -> MeasureView:
        given = {
            "name": "x",
            "value": 8.8,
            "low": 8.7,
            "high": 8.9,
            "unit": "ms",
            "method": "m",
            "source": "estimate",
            "seconds": 3.0,
        }
        return _row(Measurement.model_validate(given | more), KNOWLEDGE, "en")

    assert row().interval == "8.70 – 8.90"
    assert row(spread="range").interval == "range 8.70 – 8.90"
    assert row(low=8.8, high=8.8).interval == ""
    assert measured_lines((MeasuredView("f", "", (replace(row(spread="range"), in_short=True),), (), (), (), ()),), (), "en")[
        0
    ].endswith("(range 8.70 – 8.90; watched 3.000 s)")


def test_a_short_trace_is_told_in_milliseconds_in_picture_and_caption():
    answer = TRACE.model_copy(update={"start_s": -0.02, "seconds": 0.12, "marks": (), "left_out": ()})
    view = _picture(answer, KNOWLEDGE, "en")
    assert view.caption == "x: 120 ms from −20 ms, 1000 samples a second, as recorded"
    assert ">100 ms</text>" in view.svg
    assert "6 s</text>" in _picture(TRACE, KNOWLEDGE, "en").svg
