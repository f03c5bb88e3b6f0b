"""The vignettes as gates: what the house promises of urgency, ranking and honest probabilities.

The vignettes and the knowledge come from the same house: this is agreement with accepted teaching, not accuracy in the clinic.
"""

import re

import numpy as np
import pytest
from benchmarks.accuracy import evaluate, is_held_back

from myognosis.findings import find
from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import TIMES, advised, soonest
from myognosis.reason.triage import LEVELS, triage
from myognosis.report.words import Words

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def figures() -> dict[str, object]:
    return evaluate()


@pytest.fixture(scope="module")
def rows(figures: dict[str, object]) -> list[tuple]:  # type: ignore[type-arg]
    return figures["_rows"]  # type: ignore[return-value]


def test_every_cause_has_vignettes_and_every_vignette_a_cause(knowledge: Knowledge, rows: list[tuple]):  # type: ignore[type-arg]
    kinds: dict[str, list[str]] = {}
    for item, *_ in rows:
        kinds.setdefault(item.cause, []).append(item.vignette.kind)
        assert item.vignette.expect in knowledge.causes
    assert set(kinds) == set(knowledge.causes)
    for cause, given in kinds.items():
        assert given.count("typical") >= 3, cause
        assert given.count("atypical") >= 1, cause
        assert given.count("near_miss") >= 1, cause


def test_every_emergency_is_called_an_emergency(rows: list[tuple]):  # type: ignore[type-arg]
    emergencies = [row for row in rows if row[0].vignette.urgency == "emergency"]
    assert len(emergencies) >= 60
    missed = [(item.cause, item.index) for item, _, _, level in emergencies if level != "emergency"]
    assert not missed


def test_the_rest_is_not_frightened_too_often(rows: list[tuple]):  # type: ignore[type-arg]
    rest = [row for row in rows if row[0].vignette.urgency != "emergency"]
    over = [row for row in rest if LEVELS.index(row[3]) > LEVELS.index(row[0].vignette.urgency)]
    assert len(over) / len(rest) <= 0.35


def test_nobody_who_should_be_seen_within_days_is_told_to_wait_for_weeks(rows: list[tuple]):  # type: ignore[type-arg]
    urgent = [(item.cause, item.index, level) for item, _, _, level in rows if item.vignette.urgency == "urgent"]
    assert len(urgent) > 150
    assert not [row for row in urgent if row[2] in ("routine", "self_care")]


def test_few_are_called_less_urgent_than_they_are(rows: list[tuple]):  # type: ignore[type-arg]
    below = [item for item, _, _, level in rows if LEVELS.index(level) < LEVELS.index(item.vignette.urgency)]
    assert len(below) / len(rows) <= 0.06


def test_the_right_cause_comes_first_or_among_the_first_three(rows: list[tuple]):  # type: ignore[type-arg]
    ranks = np.array([row[1] for row in rows])
    assert (ranks == 1).mean() >= 0.80
    assert (ranks <= 3).mean() >= 0.90


def test_it_does_as_well_on_the_causes_kept_back(rows: list[tuple]):  # type: ignore[type-arg]
    ranks = np.array([row[1] for row in rows if is_held_back(row[0].vignette.expect)])
    assert len(ranks) > 300
    assert (ranks == 1).mean() >= 0.60
    assert (ranks <= 3).mean() >= 0.85


def test_stated_probabilities_are_honest_on_what_was_kept_back(rows: list[tuple]):  # type: ignore[type-arg]
    from benchmarks.accuracy import expected_calibration_error

    held = [row for row in rows if is_held_back(row[0].vignette.expect)]
    assert expected_calibration_error([row[2] for row in held], [row[1] == 1 for row in held]) <= 0.07


def test_every_vignette_is_told_one_time_to_be_seen(knowledge: Knowledge, rows: list[tuple]):  # type: ignore[type-arg]
    flags, times = knowledge.content.red_flags, ("today", "within a week", *TIMES.values())
    told: dict[tuple[str, ...], str] = {}
    for item, *_ in rows:
        urgency = triage(find(item.vignette.case(), knowledge), knowledge)
        fired = [flags[rule.rule] for rule in urgency.rules if rule.level == urgency.level]
        title = Words("en").level(urgency.level, soonest(fired))[0]
        told[title, *(rule.id for rule in fired)] = " ".join(advised(fired, "112", "en"))
    assert len(told) > 100
    for (title, *ids), text in told.items():
        said = [time for time in times if re.search(rf"(^|\. )(See a doctor )?{re.escape(time)}", text)]
        assert len(said) <= 1, (ids, text)
        assert all(time in title for time in said if time not in TIMES.values()), (title, ids, text)
