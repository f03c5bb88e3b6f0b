"""What was measured of fasciculation potentials beside what was published of groups of people; nothing follows from it."""

from myognosis.knowledge import Knowledge
from myognosis.knowledge.schema import FasciculationFeature
from myognosis.model.case import Recording as Row
from myognosis.model.finding import Beside, Lies
from myognosis.model.recording import Measurement

__all__ = ["beside_published"]


def beside_published(measurements: tuple[Measurement, ...], row: Row, knowledge: Knowledge) -> tuple[Beside, ...]:
    """Each number beside every group it may be set beside: of the same electrode and, where it matters, the same muscle.

    A number that is at least so large is set beside numbers only where it lies above them: else nobody knows where it lies.
    """
    where = row.place.where if row.place else None
    return tuple(
        Beside(feature=feature.id, measure=m.name, value=m.value, unit=m.unit, lies=_lies(m, feature))
        for m in measurements
        for feature in knowledge.content.fasciculation_features.values()
        if m.value is not None
        and feature.measure == m.name
        and feature.electrode in (None, row.electrode)
        and feature.muscle in (None, where)
        and not (m.at_least and feature.says is None and _lies(m, feature) != "above")
    )


def _lies(m: Measurement, feature: FasciculationFeature) -> Lies | None:
    """Where a value lies against a range, or the interval of a share against the share of the group."""
    if feature.range is not None and m.value is not None:
        low, high = feature.range
        return "below" if m.value < low else "above" if m.value > high else "within"
    if feature.mean is not None and m.low is not None and m.high is not None:
        return "below" if m.high < feature.mean else "above" if m.low > feature.mean else "within"
    return None
