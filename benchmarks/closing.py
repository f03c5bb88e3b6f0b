"""The last questions of an interview: what their threshold costs, and what it finds. Takes several minutes."""

import statistics
from dataclasses import replace
from pathlib import Path

__all__ = ["tables"]

_ROOT = Path(__file__).parent.parent
_THRESHOLDS = (1.0, 0.05, 0.03, 0.02, 0.01)
"""``closing_least``; at 1 nothing is asked before the end."""
_NOTE = (
    "The people of the interview's own table (a third of the vignettes of causes kept back), with the threshold of the "
    "last questions varied. Chosen is the highest that misses no emergency which a person can tell at home. As these "
    "people were known when the last questions were written, the table judges the price of the threshold and not its "
    "worth for others."
)


def tables() -> tuple[str, dict[str, list[tuple[str, str, str]]]]:
    """One row a threshold."""
    import numpy as np

    from benchmarks.simulated import talk
    from myognosis.findings import check_case
    from myognosis.knowledge import UNCLASSIFIED, Knowledge, load_knowledge
    from myognosis.reason.triage import triage
    from myognosis.testing import Vignette, is_held_back, load_vignettes

    knowledge = load_knowledge()
    every = [item.vignette for item in load_vignettes(_ROOT / "tests" / "vignettes") if item.vignette.expect != UNCLASSIFIED]
    held = [vignette for vignette in every if is_held_back(vignette.expect)][::3]

    def at_home(vignette: Vignette) -> bool:
        case = vignette.case()
        asked = {name: answer for name, answer in case.answers.items() if knowledge.findings[name].ask}
        found, _ = check_case(case.model_copy(update={"answers": asked, "labs": {}}), knowledge)
        return triage(found, knowledge).level == "emergency"

    def with_threshold(least: float) -> Knowledge:
        numbers = knowledge.content.numbers
        changed = numbers | {
            name: numbers[name].model_copy(update={"value": max(least, numbers[name].value) if name != "closing_least" else least})
            for name in ("closing_least", "closing_likely")
        }
        return replace(knowledge, content=knowledge.content.model_copy(update={"numbers": changed}))

    grave = [i for i, one in enumerate(held) if one.urgency == "emergency" and at_home(one)]
    rows = []
    for least in _THRESHOLDS:
        other = with_threshold(least)
        talks = [talk(one, other, np.random.default_rng([1, i])) for i, one in enumerate(held)]
        missed = sum(talks[i].end == "done" for i in grave)
        false = sum(one.end != "done" and held[i].urgency != "emergency" for i, one in enumerate(talks))
        asked = statistics.median(one.questions for one in talks if one.end == "done")
        label = "nothing is asked before the end" if least == 1.0 else f"asked where the chance is {least:g} or more"
        rows.append(
            (label, f"missed {missed} of {len(grave)}, false {false} of {len(held)}, median {asked:.0f} questions", "0 missed")
        )
    return _NOTE, {"Threshold of the last questions": rows}
