"""Tremor: measured on one sensor or muscle, and compared between states, sides, loads and tasks.

``measure`` finds and measures; ``compare`` sets measurements side by side; ``distraction`` judges tapping and quick movements
of the other hand; ``protocol`` says whether a recording serves at all.
"""

from myognosis.signals.tremor.compare import (
    Comparison,
    compare_loading,
    compare_sides,
    compare_states,
    judge_antagonists,
    judge_legs,
)
from myognosis.signals.tremor.criteria import TremorCriteria
from myognosis.signals.tremor.distraction import (
    Distraction,
    Sign,
    Tapping,
    count_signs,
    judge_tapping,
    measure_pause,
    measure_tapping,
)
from myognosis.signals.tremor.measure import Tremor, TremorSettings, WindowTest, agreeing_windows, measure_tremor, measure_tremor_in
from myognosis.signals.tremor.protocol import Take, check_take, missing_takes

__all__ = [
    "Comparison", "Distraction", "Sign", "Take", "Tapping", "Tremor", "TremorCriteria", "TremorSettings", "WindowTest",
    "agreeing_windows", "check_take", "compare_loading", "compare_sides", "compare_states", "count_signs",
    "judge_antagonists", "judge_legs", "judge_tapping", "measure_pause", "measure_tapping", "measure_tremor", "measure_tremor_in",
    "missing_takes",
]  # fmt: skip
