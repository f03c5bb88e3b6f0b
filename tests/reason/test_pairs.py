"""Two causes at once: both are ranked, and each is explained by what is its own."""

import pytest
from benchmarks.pairs import look, people

UNDER_ANOTHER = {("caffeine", "hypomagnesaemia_cause")}
"""A measured shortage that adds little to what a commoner cause explains: it stands further down, and as a result not explained."""


@pytest.mark.parametrize("row", people(), ids=lambda row: " and ".join(row["causes"]))
def test_both_of_two_causes_are_ranked_and_each_by_what_is_its_own(row: dict):  # type: ignore[type-arg]
    places, _, own = look(row)
    assert own
    assert min(places) <= 2
    assert max(places) <= (10 if tuple(row["causes"]) in UNDER_ANOTHER else 3)
