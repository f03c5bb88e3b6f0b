"""Whether a phone's recording serves to look for tremor, and what to record again.

The protocol: each hand for a minute at rest, a minute held out, and half a minute moving from the nose to a target (30 s at rest
and 30 s with arms held out: PMC5571972; the same with a finger-to-nose movement, each hand, at about 100 Hz: Sage Bionetworks).
Half a minute shows a tremor; that there is none takes longer. What is held out is the hand, its forearm on a table, so that the arm
neither tires nor shakes along. How the phone lies in the hand does not matter.

An application records 100 times a second; a page in a browser is given about 60. From ``phone_min_rate_hz`` on, three times the
highest frequency of a tremor, a take serves. How long a jerk lasts is told from no phone: that needs EMG.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.language import mark
from myognosis.model.recording import Channel
from myognosis.signals.quality import band_pass
from myognosis.signals.spectrum import Floats
from myognosis.signals.tremor.criteria import TremorCriteria

__all__ = ["Take", "check_take", "missing_takes"]

State = Literal["rest", "posture", "movement", "standing"]
Side = Literal["left", "right"]


@dataclass(frozen=True)
class Take:
    """One part of the protocol: what the hand did, and which hand."""

    state: State
    side: Side

    @property
    def seconds(self) -> int:
        """How long it lasts: still hands so long that the absence of tremor can count, a moving one as published."""
        return 30 if self.state == "movement" else 60


PROTOCOL = tuple(Take(state, side) for side in ("left", "right") for state in ("rest", "posture", "movement"))


def missing_takes(done: Iterable[Take]) -> tuple[Take, ...]:
    """The parts of the protocol that are still to be recorded, in order."""
    have = set(done)
    return tuple(take for take in PROTOCOL if take not in have)


def check_take(channels: tuple[Channel, ...], where: str, criteria: TremorCriteria) -> tuple[Issue, ...]:
    """Why a recording of one sensor does not serve; nothing where it serves.

    Parameters
    ----------
    channels
        The axes of an accelerometer or a gyroscope, in their units, on an even clock; missing samples are not numbers.
    where
        How the recording is named to the person.
    criteria
        From when on it serves.
    """
    if not channels:
        what = mark("Record again, because the file holds neither an accelerometer nor a gyroscope.")
        return (_again("sensor", where, what),)
    rate = channels[0].rate_hz
    axes = np.stack([channel.samples.astype(np.float64) for channel in channels])
    whole = np.isfinite(axes).all(axis=0)
    seconds, missing = float(whole.sum() / rate), float(1 - whole.mean()) if whole.size else 1.0
    issues = []
    if rate < criteria.phone_min_rate_hz:
        what = mark("Record again, because the phone noted only {rate} times a second; {least} are needed, and 100 are better.")
        issues.append(_again("rate", where, what, rate=f"{rate:.0f}", least=f"{criteria.phone_min_rate_hz:.0f}"))
    if seconds < criteria.phone_min_seconds:
        what = mark(
            "Record again, because only {seconds} s can be used; a recording should last a minute, half a minute while moving."
        )
        issues.append(_again("short", where, what, seconds=f"{seconds:.0f}"))
    if missing > criteria.phone_missing_share:
        what = mark("Record again, because {share} % of the samples are missing; close other applications first.")
        issues.append(_again("gaps", where, what, share=f"{100 * missing:.0f}"))
    if whole.any():
        issues += _movement_faults(channels, axes[:, whole], rate, where, criteria)
    return tuple(issues)


def _movement_faults(channels: tuple[Channel, ...], axes: Floats, rate: float, where: str, criteria: TremorCriteria) -> list[Issue]:
    """A sensor that stands still, one that hits its limit, and gravity of an impossible size."""
    issues = []
    if any(_clipped(axis, channels[0].kind, criteria) for axis in axes):
        what = mark("Record again, because the movement went beyond what the sensor can measure.")
        issues.append(_again("clipped", where, what))
    if channels[0].kind == "accelerometer":
        pull = float(np.median(np.linalg.norm(axes, axis=0)))
        if len(axes) == 3 and not (pull < criteria.no_gravity_m_s2 or criteria.gravity_m_s2[0] < pull < criteria.gravity_m_s2[1]):
            what = mark("Record again, because gravity would be {pull} m/s2; check the unit of the recording.")
            issues.append(_again("gravity", where, what, pull=f"{pull:.1f}"))
        shaken = (
            np.sqrt(sum(np.mean(band_pass(axis - axis.mean(), rate, 1.0, 20.0) ** 2) for axis in axes)) if axes.shape[1] > 60 else 0
        )
        if shaken < criteria.phone_min_movement:
            what = mark("Record again, because nothing moved at all; hold the phone in the hand, not on a table.")
            issues.append(_again("still", where, what))
    elif float(np.ptp(axes, axis=1).max()) == 0:
        what = mark("Record again, because nothing moved at all; hold the phone in the hand, not on a table.")
        issues.append(_again("still", where, what))
    return issues


def _clipped(axis: Floats, kind: str, criteria: TremorCriteria) -> bool:
    """Whether much of the axis lies on its highest or lowest value, over a range so wide that these are no coarse steps."""
    wide = {"accelerometer": criteria.phone_limit_m_s2, "gyroscope": criteria.phone_limit_deg_s}.get(kind, np.inf)
    low, high = axis.min(), axis.max()
    return bool(high - low > wide and max((axis == low).mean(), (axis == high).mean()) > criteria.phone_limit_share)


def _again(code: str, where: str, what: str, **params: object) -> Issue:
    fix = mark("Start the recording first; then keep the hand as the task says until the time is over.")
    return Issue(f"recording.again.{code}", Level.DOUBT, where, Message(what, params), Message(fix, {}))
