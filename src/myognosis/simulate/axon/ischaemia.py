"""What takes an axon out of its rest: a cuff and its release, overbreathing, antibodies; each a state or a course for ``fire``.

Under a cuff the pump loses its energy, potassium gathers around the axon, sodium inside it, and acid shuts persistent sodium. After
release the blood brings energy back within seconds and takes acid away within half a minute, but potassium leaves from under the
myelin in minutes and sodium stays until the pump, now faster than at rest, has carried it out. So the membrane passes from a
depolarised block through the few millivolts in which it fires into a hyperpolarised silence of many minutes (after Bostock, Baker
and Reid 1991, J Physiol 441:537, remembered: post-ischaemic fasciculations between a depolarised and a hyperpolarised state).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from myognosis.simulate.axon.faults import outside, refuse_all
from myognosis.simulate.axon.parameters import healthy_axon
from myognosis.simulate.axon.state import REST, AxonState

__all__ = ["Cuff", "cuff", "later", "neuromyotonic", "overbreathed", "trousseau"]

Course = Callable[[float], AxonState]


@dataclass(frozen=True)
class Cuff:
    """How ischaemia comes and goes; time constants in s. All estimated, after Bostock et al. 1991 and Grafe et al. (remembered).

    ``energy_left``: the share of the pump's energy that is left at last. ``potassium_mm``: by how much potassium rises outside.
    ``acid``: by how much pH falls. The axoplasm, in which sodium gathers, is that of an axon of 8.76 um and an internode of
    1.38 mm (the fibre of ``chain``).
    """

    energy_left: float = 0.15
    potassium_mm: float = 3.0
    acid: float = 0.4
    onset_s: float = 300.0
    energy_back_s: float = 5.0
    acid_gone_s: float = 15.0
    potassium_gone_s: float = 120.0
    axoplasm_um3: float = 83_000.0


_AFTER_S = 3600
"""For how long after release sodium is followed; then it is what it was."""


def cuff(base: AxonState, start_s: float, stop_s: float, how: Cuff | None = None) -> Course:
    """Ischaemia under a cuff from ``start_s`` to ``stop_s``, and its release: the state at each second.

    Raises
    ------
    AxonError
        The cuff ends before it begins or lasts longer than two hours.

    >>> released = cuff(REST, 0.0, 600.0)(660.0)
    >>> released.pump > 0.99, released.sodium_in_mm > 13.0, 5.0 < released.potassium_mm < 6.5
    (True, True, True)
    """
    refuse_all(outside("cuff", "stop_s", stop_s - start_s, 0.0, 7200.0))
    kind = how or Cuff()
    gathered = _sodium(base, stop_s - start_s, kind)

    def state(second: float) -> AxonState:
        """What the axon lives in at this second."""
        since = second - start_s
        i = max(0, min(int(since), len(gathered) - 2))
        share = max(0.0, min(since - i, 1.0))
        sodium = gathered[i] + share * (gathered[i + 1] - gathered[i])
        return _surroundings(base, since, stop_s - start_s, kind).changed(sodium_in_mm=sodium)

    return state


def _surroundings(base: AxonState, since: float, length: float, how: Cuff) -> AxonState:
    """Energy, potassium and acid at ``since`` seconds of a cuff that lasts ``length``."""
    lost = 1.0 - math.exp(-max(0.0, min(since, length)) / how.onset_s)
    free = max(0.0, since - length)
    return base.changed(
        pump=base.pump * (1.0 - (1.0 - how.energy_left) * lost * math.exp(-free / how.energy_back_s)),
        potassium_mm=base.potassium_mm + how.potassium_mm * lost * math.exp(-free / how.potassium_gone_s),
        ph=max(base.ph - how.acid * lost * math.exp(-free / how.acid_gone_s), 6.6),
    )


@cache
def _sodium(base: AxonState, length: float, how: Cuff) -> tuple[float, ...]:
    """Sodium inside at each second from the start of the cuff: what enters at rest less three ions a turn of the pump."""
    from myognosis.simulate.axon.kernels import pump_factor
    from myognosis.simulate.axon.membrane import balance, constants_of

    health = balance(constants_of([healthy_axon()]), base.temperature_c)
    turnover = 3e3 * float(health.pump_node_pa[0] + health.pump_internode_pa[0]) / (96.48533212 * how.axoplasm_um3)  # mM/s
    rest = base.pump * pump_factor(base.sodium_in_mm, base.potassium_mm)
    found = [base.sodium_in_mm]
    for second in range(math.ceil(length) + _AFTER_S):
        now = _surroundings(base, float(second), length, how)
        found.append(found[-1] + turnover * (rest - now.pump * pump_factor(found[-1], now.potassium_mm)))
    return tuple(found)


def later(course: Course, second: float) -> Course:
    """The same course, watched from this second on: minutes of waiting need not be run."""
    return lambda now: course(second + now)


def overbreathed(base: AxonState = REST, *, ph: float = 7.55) -> AxonState:
    """An axon while its owner breathes too much: alkali opens persistent sodium and binds calcium, .045 mM a .1 pH (remembered)."""
    return base.changed(ph=ph, calcium_mm=base.calcium_mm - 0.45 * (ph - base.ph))


def trousseau(base: AxonState = REST, *, calcium_mm: float = 1.0, start_s: float = 30.0, cuff_s: float = 180.0) -> Course:
    """Trousseau's test: a cuff for three minutes while ionised calcium is low."""
    return cuff(base.changed(calcium_mm=calcium_mm), start_s, start_s + cuff_s)


def neuromyotonic(base: AxonState = REST) -> AxonState:
    """An axon that makes bursts as in neuromyotonia: slow potassium at .6 and persistent sodium at 1.2 of what they are in health.

    With the noise of a terminal branch its bursts have up to some 35 spikes at 25 to 220 a second (measured; how far the two are
    changed is estimated); their intervals lengthen little, 1.06 times, where the clinic has them lengthen clearly. Loss of slow
    potassium channels does this to people (KCNQ2: Wuttke et al. 2007, remembered). Loss of fast potassium alone, which antibodies
    cause, makes doublets and multiplets here: ``fast_potassium=.5``.
    """
    return base.changed(slow_potassium=0.6 * base.slow_potassium, persistent_sodium=1.2 * base.persistent_sodium)
