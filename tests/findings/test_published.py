"""Fasciculation potentials beside what was published: each number against each group, and nothing follows from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myognosis.findings.recordings import fasciculation
from myognosis.findings.recordings.analysed import Analysed
from myognosis.findings.recordings.published import beside_published
from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.model import case as m
from myognosis.model.finding import Measured
from myognosis.model.recording import Channel, Measurement, Recording
from myognosis.report.beside import beside_lines

pytest.importorskip("scipy")
RATE = 1000.0
SHAPE = np.diff(np.exp(-(((np.arange(24) - 12) / 3.0) ** 2)), n=2)
SHIN = m.Place(where="tibialis_anterior")
NEEDLE = m.Recording(file="a", kind="emg", during="rest", electrode="needle", place=SHIN)
SURFACE = NEEDLE.model_copy(update={"electrode": "surface"})
LANGUAGES = ("en", "uk", "ru")


def number(name: str, value: float, low: float | None = None, high: float | None = None) -> Measurement:
    return Measurement(
        name=name, value=value, low=low, high=high, unit="uV", method="test", source="estimate", seconds=60.0, channel="1"
    )


def recorded(n: int, channels: int = 1) -> Recording:
    """Half a minute of rest with so many potentials, largest in the first channel."""
    rng = np.random.default_rng(3)
    emg = rng.normal(0, 5, (channels, 32_000))
    for at in np.linspace(900, 31_000, n).astype(int) if n else []:
        for k, row in enumerate(emg):
            row[at : at + len(SHAPE)] += 500 * SHAPE / (1 + k)
    rows = (Channel(f"{k}", "emg", "uV", RATE, row.astype(np.float32), (8.0 * k, 0.0)) for k, row in enumerate(emg))
    return Recording("test", tuple(rows))


def lines(found: Analysed, row: m.Recording, knowledge: Knowledge, language: str) -> tuple[str, ...]:
    measured = Measured(file="a", during="rest", place=row.place, measurements=found.measurements, beside=found.beside)
    return beside_lines(measured, knowledge, language, lambda source: source, lambda unit: unit)  # type: ignore[arg-type]


@given(value=st.floats(0, 5000))
def test_a_number_lies_below_within_or_above_the_range_of_a_group(value: float):
    knowledge = load_knowledge()
    for beside in beside_published((number("fasciculation_amplitude", value),), NEEDLE, knowledge):
        published = knowledge.content.fasciculation_features[beside.feature].range
        if published is None:
            assert beside.lies is None
        else:
            assert (beside.lies == "within") == (published[0] <= value <= published[1])
            assert (beside.lies == "below") == (value < published[0])


def test_a_number_that_is_at_least_so_large_is_only_ever_said_to_lie_above(knowledge: Knowledge):
    rows = [number("fasciculation_amplitude", value).model_copy(update={"at_least": True}) for value in (100.0, 500.0, 5000.0)]
    told = [{beside.lies for beside in beside_published((row,), NEEDLE, knowledge)} - {None} for row in rows]
    assert told == [set(), set(), {"above"}]


@pytest.mark.parametrize(("low", "high", "lies"), [(0.0, 0.05, "below"), (0.05, 0.3, "within"), (0.4, 0.6, "above")])
def test_a_share_is_judged_by_its_interval(knowledge: Knowledge, low: float, high: float, lies: str):
    beside = beside_published((number("fasciculation_polyphasic", (low + high) / 2, low, high),), NEEDLE, knowledge)
    assert [one.lies for one in beside] == [lies, lies]


def test_what_a_needle_showed_is_not_held_against_the_skin_nor_one_muscle_against_another(knowledge: Knowledge):
    numbers = (number("fasciculation_amplitude", 500.0), number("fasciculation_rate", 2.0))
    elsewhere = SURFACE.model_copy(update={"place": None})
    assert [one.feature for one in beside_published(numbers, SURFACE, knowledge)] == ["rate_healthy_shin"]
    assert beside_published(numbers, elsewhere, knowledge) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_needle_at_rest_is_put_in_words_that_end_in_nothing(knowledge: Knowledge, language: str):
    found = fasciculation.analyse(recorded(20), NEEDLE, knowledge)
    said = lines(found, NEEDLE, knowledge, language)
    features = knowledge.content.fasciculation_features
    assert {one.feature for one in found.beside} >= {"amplitude_normal_units", "amplitude_denervated", "late_doublets"}
    assert any(features["amplitude_normal_units"].group.in_language(language) in line for line in said)  # type: ignore[union-attr]
    assert any("decarvalho_units2013" in line for line in said)
    assert "{" not in "".join(said)
    ends = {"en": "None of these numbers tells a disease", "uk": "не вказує на хворобу", "ru": "не указывает на болезнь"}
    assert ends[language] in said[-1]
    assert {entry.finding for entry in found.entries} == {"emg_fp"}


def test_what_lies_in_every_group_is_said_not_to_tell_them_apart(knowledge: Knowledge):
    found = Analysed(beside=beside_published((number("fasciculation_amplitude", 600.0),), NEEDLE, knowledge))
    said = lines(found, NEEDLE, knowledge, "en")
    assert any("does not tell them apart" in line for line in said)
    assert "(123 to 1480, mean 560.6)" in said[0]
    found = Analysed(beside=beside_published((number("fasciculation_amplitude", 2000.0),), NEEDLE, knowledge))
    assert not any("does not tell them apart" in line for line in lines(found, NEEDLE, knowledge, "en"))


def test_where_nothing_was_found_nothing_is_set_beside(knowledge: Knowledge):
    found = fasciculation.analyse(recorded(0), NEEDLE, knowledge)
    assert found.beside == ()
    assert lines(found, NEEDLE, knowledge, "en") == ()


def test_a_grid_shows_the_shape_of_its_units_and_where_the_busiest_is_largest(knowledge: Knowledge):
    pictures = fasciculation.analyse(recorded(20, channels=4), SURFACE, knowledge).pictures
    assert [picture.kind for picture in pictures] == ["trace", "trace", "trace", "map", "rate"]
    shape, where = pictures[2], pictures[3]
    assert shape.kind == "trace"
    assert shape.seconds == pytest.approx(0.03)
    assert max(high or 0 for high in shape.high) - min(low or 0 for low in shape.low) > 100
    assert where.kind == "map"
    assert where.places_mm == ((0.0, 0.0), (8.0, 0.0), (16.0, 0.0), (24.0, 0.0))
    assert where.values[0] == max(where.values)
