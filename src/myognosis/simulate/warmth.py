"""What temperature makes of a muscle: its fibres conduct, its twitches last, its force."""

from dataclasses import dataclass

__all__ = ["REFERENCE_C", "USUAL", "Warmth", "velocity_change_m_s", "warmth_of"]

REFERENCE_C = 33.0
"""The temperature that velocities and twitches are given for: the usual one of the skin over a hand (280 people: 32.8 +- 0.9)."""
_VELOCITY_PER_DEGREE = 0.12
"""Muscle-fibre velocity in m/s lost with a degree of cold (remembered: 0.1-0.2)."""
_Q10 = 1.56
"""How many times longer a twitch lasts ten degrees colder: 1.43 to its peak, 1.7 in half relaxation (Ranatunga, Sharpe and Turnbull
1987, J Physiol 390:383, first dorsal interosseous, abstract read), and here both are one time: their geometric mean."""
_WEAK_C, _LOST_PER_DEGREE, _MORE_LOST = 25.0, 0.0056, 0.0209
"""Force of units that is lost with a degree of cold, and below 25 degrees besides; so chosen that the force of a maximal effort,
which gains by fusion what its units lose, is the same down to 25 degrees and has fallen by 30 % at 12 to 15 (the same)."""
_RELUCTANCE = 0.1
"""Exponent: by how much more activation half tetanus needs where twitches are longer; so chosen that a twitch has fallen by half
from 35 to 12 degrees (the same). Ten pulses a second still make more force in the cold, as in people (Geurts 2004, Eur J Appl
Physiol 91:41, abstract read)."""


@dataclass(frozen=True)
class Warmth:
    """Factors over the usual temperature: length of a twitch, highest force, activation of half tetanus over that of one twitch."""

    slowing: float
    strength: float
    reluctance: float


USUAL = Warmth(1.0, 1.0, 1.0)


def warmth_of(temperature_c: float) -> Warmth:
    """What a muscle's temperature does to its force.

    >>> warmth_of(33.0) == USUAL, round(warmth_of(13.5).strength, 2)
    (True, 0.65)
    """
    cold = REFERENCE_C - temperature_c
    slowing = _Q10 ** (cold / 10)
    strength = 1 - _LOST_PER_DEGREE * cold - _MORE_LOST * max(_WEAK_C - temperature_c, 0.0)
    return Warmth(slowing, strength, slowing**_RELUCTANCE)


def velocity_change_m_s(temperature_c: float) -> float:
    """What is added to the velocity of muscle fibres."""
    return _VELOCITY_PER_DEGREE * (temperature_c - REFERENCE_C)
