"""A recording that does not hold what its scenario is for says so."""

import numpy as np
import pytest

from myognosis.faults import Message
from myognosis.language import LANGUAGES, say
from myognosis.model.truth import DISCHARGES, SOURCES, Happening, Spikes, Truth
from myognosis.simulate.doubts import doubts_of
from myognosis.simulate.scenarios import Timeline, load_scenario, scenario_names
from myognosis.simulate.words import EPOCHS, SHOWN


def told(
    name: str, seconds: float, *spikes: tuple[float, str], events: tuple[Happening, ...] = (), at_c: float | None = None
) -> list[str]:  # fmt: skip
    """The doubts of a recording that holds these spikes and events."""
    scenario = load_scenario(name)
    timeline, kinds = Timeline.of(scenario, seconds), [DISCHARGES.index(kind) for _, kind in spikes]
    source = np.full(len(spikes), SOURCES.index("axon"), np.uint8)
    rows = Spikes(np.array([at for at, _ in spikes]), np.zeros(len(spikes), np.int32), source, np.array(kinds, np.uint8))
    edges = zip(timeline.labels, timeline.edges_s, timeline.edges_s[1:], strict=False)
    epochs = tuple(Happening(start, stop - start, label) for label, start, stop in edges)
    used = scenario.used({} if at_c is None else {"state.temperature_c": at_c})
    truth = Truth(name, 1, seconds, (), rows, epochs, events, used)
    return [f"{doubt.what} {doubt.fix}" for doubt in doubts_of(scenario, timeline, truth)]


def test_a_recording_without_what_its_scenario_is_for_says_what_is_missing():
    assert told("myokymia", 5.0) == [
        "What this scenario is for is not in these 5 s: myokymic bursts. Make it 30 s long, as this scenario is meant."
    ]
    assert told("myokymia", 5.0, (2.0, "myokymic")) == []
    assert told("myokymia", 60.0)[0].endswith("Take another seed, or make it longer.")
    assert told("asterixis", 40.0, events=(Happening(3.0, 0.1, "lapse", "agonist"),)) == []


def test_a_twitch_outside_the_phase_that_matters_does_not_count():
    cuff = load_scenario("hypocalcaemia").duration_s / 2
    assert told("hypocalcaemia", 2 * cuff, (cuff, "tetanic")) == []
    [doubt] = told("hypocalcaemia", 2 * cuff, (1.0, "tetanic"))
    assert "bursts of three potentials or more, in the phase 'cuff'" in doubt


def test_a_cuff_that_was_shortened_with_its_recording_is_told_in_seconds():
    assert "The cuff lasts 12 s instead of 180" in " ".join(told("hypocalcaemia", 20.0, (10.0, "tetanic")))
    assert told("ischaemia", 200.0, (100.0, "doublet")) == []  # of its ten minutes 580 s are before the recording


def test_a_cramp_that_the_end_cuts_off_is_told_and_one_whose_last_units_it_cuts_off_is_not():
    cramp = Happening(4.0, 20.0, "cramp", "agonist")
    [doubt] = told("cramp", 10.0, (5.0, "cramp"), events=(cramp,))
    assert doubt.startswith("The end cuts off what began at 4 s and would last until 24 s: a cramp.")
    assert told("cramp", 20.0, (5.0, "cramp"), events=(cramp,)) == []


def test_spikes_of_an_axon_computed_in_the_cold_are_not_to_be_trusted():
    [doubt] = told("hypomagnesaemia", 60.0, (1.0, "doublet"), at_c=24.0)
    assert doubt.startswith("Colder than 30 °C the computed axon fires by itself more easily than a person's does.")
    assert told("hypomagnesaemia", 60.0, (1.0, "doublet"), at_c=30.0) == []
    assert told("myokymia", 30.0, (1.0, "myokymic"), at_c=20.0) == []  # none is computed


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_has_something_to_show_says_what(name: str):
    scenario = load_scenario(name)
    assert scenario.shows or name == "healthy_rest"
    assert {phase.label for phase in scenario.phases} <= {*EPOCHS}


def test_what_is_missing_has_a_name_in_every_language():
    assert {*SHOWN} == {*DISCHARGES, "lapse"}
    for word in SHOWN.values():
        assert len({say(Message(word), language) for language in LANGUAGES}) > 1, word
