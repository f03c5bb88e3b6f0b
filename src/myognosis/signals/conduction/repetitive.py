"""Repetitive stimulation: how a train of motor responses falls or rises."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from myognosis.signals.conduction.sweeps import Sweep
from myognosis.signals.conduction.waveform import ResponseSettings, measure_response

__all__ = ["Train", "measure_train"]

_FIRST, _COMPARED = 0, 3
"""The fourth response is compared with the first."""


@dataclass(frozen=True)
class Train:
    """Amplitudes and areas of a train, and how much the fourth fell below the first, in percent.

    ``irregular`` says that the responses neither fall nor rise smoothly: an electrode that moves, not the junction.
    """

    amplitude_uv: tuple[float, ...]
    area_uv_ms: tuple[float, ...]
    decrement: float
    area_decrement: float
    irregular: bool


def measure_train(sweeps: Sequence[Sweep], settings: ResponseSettings | None = None) -> Train | None:
    """The responses of a slow train (2 to 5 Hz); None where one of the first four is missing.

    Decrement = 100 (first - fourth) / first, of amplitude and of area (AANEM practice topic on repetitive nerve stimulation, 2001;
    from memory). A train is irregular when the second differences of its amplitudes are as large as its fall.
    """
    found = [measure_response(sweep, "motor", settings=settings) for sweep in sweeps]
    kept = [response for response in found if response is not None]
    if len(kept) <= _COMPARED or None in found[: _COMPARED + 1]:
        return None
    amplitudes, areas = [r.amplitude_uv for r in kept], [r.area_uv_ms for r in kept]
    fall = abs(amplitudes[_FIRST] - min(amplitudes))
    rough = float(np.max(np.abs(np.diff(amplitudes[1:], 2)))) if len(kept) > _COMPARED else 0.0
    return Train(
        tuple(amplitudes), tuple(areas), _decrement(amplitudes), _decrement(areas), rough > max(fall, 0.05 * amplitudes[_FIRST])
    )


def _decrement(values: Sequence[float]) -> float:
    return 100 * (values[_FIRST] - values[_COMPARED]) / values[_FIRST]
