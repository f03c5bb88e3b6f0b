"""What an axon lives in: ions, temperature, energy, and what drugs, antibodies or illness make of its channels."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from myognosis.faults import Issue

__all__ = ["BRANCH", "LIMITS", "POTASSIUM_SHARE", "REST", "AxonState", "Course", "check_state"]

_FARADAY, _GAS = 96.48533212, 8.314462618  # C/mmol, J/(mol K)


@dataclass(frozen=True)
class AxonState:
    """The surroundings of an axon; the defaults are health at the temperature of the recordings (a forearm at 33 degrees).

    Concentrations are those of free ions in mM (mmol/l), outside unless ``in`` is said; ``under_mm`` is how much more potassium
    there is under the myelin than outside. ``pump`` is the energy of the
    sodium-potassium pump and every channel a factor of what it is in health. ``noise`` scales channel noise, as
    one over the root of the number of channels: at 1 the threshold of a branch spreads by 13 %, of a node with the trunk's density
    by 6 % (measured); nerve trunks have 1.65 % (Hales et al. 2004, remembered), and at .27 the node has 2.2 %.
    """

    temperature_c: float = 33.0
    sodium_mm: float = 144.2
    potassium_mm: float = 4.2
    calcium_mm: float = 1.2
    magnesium_mm: float = 0.55
    ph: float = 7.4
    sodium_in_mm: float = 9.0
    potassium_in_mm: float = 155.0
    under_mm: float = 0.0
    pump: float = 1.0
    fast_sodium: float = 1.0
    persistent_sodium: float = 1.0
    fast_potassium: float = 1.0
    slow_potassium: float = 1.0
    mixed: float = 1.0
    leak: float = 1.0
    noise: float = 1.0

    @property
    def thermal_mv(self) -> float:
        """RT/F."""
        return _GAS * (self.temperature_c + 273.15) / _FARADAY

    @property
    def sodium_mv(self) -> float:
        """The Nernst potential of sodium."""
        return self.thermal_mv * math.log(self.sodium_mm / self.sodium_in_mm)

    @property
    def potassium_mv(self) -> float:
        """The Nernst potential of potassium."""
        return self.thermal_mv * math.log(self.potassium_mm / self.potassium_in_mm)

    @property
    def shift_mv(self) -> float:
        """By how much divalent ions shift the gates of sodium: below zero they open more easily.

        ``10 ln((Ca + 0.7 Mg + 0.4) / (Ca0 + 0.7 Mg0 + 0.4))``: three constants that meet both anchors of Hille, Woodhull and
        Shapiro (1975, Phil Trans R Soc B 270:301): 20-25 mV for ten times the divalents, -18 mV for none instead of 2 mM calcium.

        >>> round(AxonState(calcium_mm=0.7).shift_mv, 1)
        -2.9
        """
        return 10.0 * math.log((self.calcium_mm + 0.7 * self.magnesium_mm + 0.4) / (1.2 + 0.7 * 0.55 + 0.4))

    @property
    def persistent_by_ph(self) -> float:
        """Acid closes persistent sodium, alkali opens it (Baker and Bostock 1999, remembered).

        The size is chosen so that a branch begins to fire without a cuff at 7.70: people who overbreathe have spasms of the hand at
        7.75 +- .045 (seven of nine: Steurer, Pei and Vetter 1997, Dtsch Med Wochenschr 122:887, abstract read).
        """
        return math.exp(0.7 * (self.ph - 7.4))

    def changed(self, **values: float) -> "AxonState":
        """The same surroundings with other values; a name that is none of theirs is refused."""
        from myognosis.simulate.axon.faults import refuse_all, unknown

        refuse_all(unknown("state", values, [f.name for f in fields(self)]))
        return replace(self, **values)


REST = AxonState()

BRANCH = REST.changed(fast_sodium=1.8)
"""A terminal branch at rest, where ectopic spikes begin: 1.8 times the trunk's sodium channels (estimated).

So dense a node is excited again by what its own spike leaves behind, 3 to 6 ms later. Of an axon's many branches the densest fires
first, so that this is the upper end of what branches have (``docs/axon.md`` says what hangs on the number).
"""

POTASSIUM_SHARE = 0.62
"""What share of the shift by divalent ions the gates of potassium and of Ih have: in the squid fivefold calcium moves the
conductance of potassium channels by about 10 mV (Armstrong and Matteson 1986, J Gen Physiol 87:817, abstract read), our gates of
sodium by 16."""

Course = AxonState | Callable[[float], AxonState]
"""A state that stays, or the state at each second."""

LIMITS: dict[str, tuple[float, float]] = {
    "temperature_c": (10.0, 43.0),
    "sodium_mm": (90.0, 190.0),
    "potassium_mm": (1.0, 20.0),
    "calcium_mm": (0.1, 4.0),
    "magnesium_mm": (0.0, 8.0),
    "ph": (6.5, 8.0),
    "sodium_in_mm": (2.0, 60.0),
    "potassium_in_mm": (60.0, 200.0),
    "under_mm": (0.0, 20.0),
    "pump": (0.0, 2.0),
    "fast_sodium": (0.05, 3.0),
    "persistent_sodium": (0.0, 10.0),
    "fast_potassium": (0.0, 5.0),
    "slow_potassium": (0.0, 5.0),
    "mixed": (0.0, 5.0),
    "leak": (0.1, 10.0),
    "noise": (0.0, 20.0),
}
"""Beyond these no living axon is known; the equations are not meant for it."""


def check_state(state: AxonState) -> None:
    """Refuse an impossible state, with every fault at once.

    Raises
    ------
    AxonError
        A value is not a number or lies outside of ``LIMITS``.
    """
    from myognosis.simulate.axon.faults import outside, refuse_all

    issues: list[Issue] = []
    for f in fields(state):
        low, high = LIMITS[f.name]
        issues += outside("state", f.name, getattr(state, f.name), low, high)
    refuse_all(issues)
