"""What takes an axon out of its rest: a cuff and its release, overbreathing, antibodies; each a state or a course for ``fire``.

Under a cuff the pump loses its energy first; what the pump held apart, and what burns without air leaves, gathers later: potassium
around the axon, acid, which shuts persistent sodium, and sodium inside. So in the three minutes of Trousseau's test the axon is
moved by the loss of the pump, which release gives back within seconds; after ten minutes by potassium, which leaves from under the
myelin in minutes, while the pump turns faster than at rest on the sodium inside. The membrane then passes from a depolarised block
through the few millivolts in which it fires into a hyperpolarised silence of many minutes: "hyperpolarization by the pump is
transiently prevented by raised extracellular K+" (Mogyoros, Bostock, Burke 2000, Muscle Nerve 23:310, abstract read).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from myognosis.simulate.axon.faults import outside, refuse_all
from myognosis.simulate.axon.parameters import healthy_axon
from myognosis.simulate.axon.state import BRANCH, AxonState

__all__ = ["Cuff", "cuff", "later", "neuromyotonic", "overbreathed", "trousseau"]

Course = Callable[[float], AxonState]


@dataclass(frozen=True)
class Cuff:
    """How ischaemia comes and goes; time constants in s. All estimated, after Bostock et al. 1991 and Grafe et al. (remembered).

    ``energy_left``: the share of the pump's energy that is left at last, lost with ``onset_s``. ``potassium_mm``: by how much
    potassium rises outside; ``under_mm``: by how much more under the myelin; ``acid``: by how much pH falls. All follow the
    loss of energy, with ``onset_s`` once more: after three minutes an eighth of each is there (at rest the pH of a forearm's
    muscle does not fall under a cuff: Ann Physiol Anthropol 1993, 12:181, abstract read). Blood takes away what is outside in
    ``acid_gone_s``; from under the myelin potassium leaves along half an internode of .69 mm in 98 s if nothing hinders it
    (length^2 4 / (pi^2 x 1.96 um2/ms)), here in four times that, so that spikes go on for two minutes after a release. The
    axoplasm, in which sodium gathers, is that of an axon of 8.76 um and an internode of 1.38 mm (the fibre of ``chain``).
    ``opened``: by what share persistent sodium grows where all energy is lost; it comes and goes with the energy. Want of oxygen or
    cyanide increases it in the rat's heart and hippocampus (Ju, Saint and Gage 1996, J Physiol 497:337; Hammarstrom and Gage 2000,
    J Physiol 529:107; abstracts read); by how much in an axon is estimated.
    """

    energy_left: float = 0.4
    potassium_mm: float = 2.0
    under_mm: float = 12.0
    acid: float = 0.5
    onset_s: float = 300.0
    energy_back_s: float = 5.0
    acid_gone_s: float = 15.0
    potassium_gone_s: float = 400.0
    axoplasm_um3: float = 83_000.0
    opened: float = 0.15


_AFTER_S = 3600
"""For how long after release sodium is followed; then it is what it was."""


def cuff(base: AxonState, start_s: float, stop_s: float, how: Cuff | None = None) -> Course:
    """Ischaemia under a cuff from ``start_s`` to ``stop_s``, and its release: the state at each second.

    Raises
    ------
    AxonError
        The cuff ends before it begins or lasts longer than two hours.

    >>> released = cuff(BRANCH, 0.0, 600.0)(660.0)
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
    under, free = max(0.0, min(since, length)) / how.onset_s, max(0.0, since - length)
    lost, gathered = 1.0 - math.exp(-under), 1.0 - (1.0 + under) * math.exp(-under)
    around = how.potassium_mm * gathered * math.exp(-free / how.acid_gone_s)
    trapped = how.under_mm * gathered * math.exp(-free / how.potassium_gone_s)
    return base.changed(
        pump=base.pump * (1.0 - (1.0 - how.energy_left) * lost * math.exp(-free / how.energy_back_s)),
        potassium_mm=base.potassium_mm + around,
        under_mm=base.under_mm + trapped,
        persistent_sodium=base.persistent_sodium * (1.0 + how.opened * lost * math.exp(-free / how.energy_back_s)),
        ph=max(base.ph - how.acid * gathered * math.exp(-free / how.acid_gone_s), 6.6),
    )


@cache
def _sodium(base: AxonState, length: float, how: Cuff) -> tuple[float, ...]:
    """Sodium inside at each second from the start of the cuff: what enters at rest less three ions a turn of the pump."""
    from myognosis.simulate.axon.kernels import pump_factor
    from myognosis.simulate.axon.membrane import balance, constants_of

    health = balance(constants_of([healthy_axon()]), base.temperature_c)
    node, internode = (
        3e3 * float(pa[0]) / (96.48533212 * how.axoplasm_um3) for pa in (health.pump_node_pa, health.pump_internode_pa)
    )

    def carried(state: AxonState, sodium: float) -> float:
        """By how much the pump lowers sodium, mM/s; under the myelin it turns by the potassium there."""
        under = state.potassium_mm + state.under_mm
        return float(state.pump * (node * pump_factor(sodium, state.potassium_mm) + internode * pump_factor(sodium, under)))

    found = [base.sodium_in_mm]
    enters = carried(base, found[0])
    for second in range(math.ceil(length) + _AFTER_S):
        found.append(found[-1] + enters - carried(_surroundings(base, float(second), length, how), found[-1]))
    return tuple(found)


def later(course: Course, second: float) -> Course:
    """The same course, watched from this second on: minutes of waiting need not be run."""
    return lambda now: course(second + now)


def overbreathed(base: AxonState = BRANCH, *, ph: float = 7.75) -> AxonState:
    """An axon while its owner breathes too much: alkali opens persistent sodium.

    Ionised calcium stays: it did not change significantly in nine people who overbreathed to pH 7.75 (Steurer et al. 1997, abstract
    read). That pH is the default; there seven of them had spasms, and a branch fires without a cuff. At 7.55 it needs one.
    """
    return base.changed(ph=ph)


def trousseau(base: AxonState = BRANCH, *, calcium_mm: float = 1.0, start_s: float = 30.0, cuff_s: float = 180.0) -> Course:
    """Trousseau's test: a cuff for three minutes while ionised calcium is low."""
    return cuff(base.changed(calcium_mm=calcium_mm), start_s, start_s + cuff_s)


def neuromyotonic(base: AxonState = BRANCH) -> AxonState:
    """An axon that makes bursts as in neuromyotonia: half its fast potassium channels are lost, and most slow ones.

    A branch in this state goes on exciting itself once it has fired: from about 280 a second on, ever slower as slow
    inactivation shuts sodium channels, for 14 spikes or so and up to 30, then a pause near a second; shorter bursts than in
    people (measured; "more than 150 Hz for .5 to 2 seconds" in people: Bednarik and Kadanka 2001, J Neurol Neurosurg
    Psychiatry 70:406, read). How far each is changed is estimated, in the middle of the region in which bursts slow down
    (``docs/axon.md``): with less persistent sodium, lest the axon without its brakes be blocked, in a branch with half more
    channels. Antibodies to CASPR2 and LGI1 take fast potassium channels; loss of slow ones does the same to people
    (KCNQ2: Wuttke et al. 2007, remembered). Fast potassium alone makes bursts of five to ten: ``fast_potassium=.5``.
    """
    changes = {"slow_potassium": 0.14, "fast_potassium": 0.5, "persistent_sodium": 0.2, "fast_sodium": 1.5}
    return base.changed(**{name: factor * getattr(base, name) for name, factor in changes.items()})
