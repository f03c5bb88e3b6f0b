"""How often the right cause comes first, how exact urgency is, how honest the probabilities are.

Run ``python benchmarks/accuracy.py``. The vignettes and the knowledge come from the same house: this measures agreement
with accepted teaching, not accuracy in the clinic.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from myognosis.findings import find
from myognosis.knowledge import UNCLASSIFIED, load_knowledge
from myognosis.reason.causes import weigh
from myognosis.reason.triage import LEVELS, triage
from myognosis.testing import is_held_back, load_vignettes

ROOT = Path(__file__).parent.parent


def expected_calibration_error(stated: list[float], right: list[bool], bins: int = 10) -> float:
    """Mean distance between what was stated of the first cause and how often it was right, over equal-count bins."""
    order = np.argsort(stated)
    p, y = np.array(stated)[order], np.array(right, float)[order]
    return float(
        sum(abs(a.mean() - b.mean()) * len(a) for a, b in zip(np.array_split(p, bins), np.array_split(y, bins), strict=True))
        / len(p)
    )


def evaluate(only: str = "all") -> dict[str, object]:
    """All figures on the held-back causes, the tuned ones, or all."""
    knowledge = load_knowledge()
    rows, wrong = [], []
    for item in load_vignettes(ROOT / "tests" / "vignettes"):
        held = is_held_back(item.vignette.expect)
        if only != "all" and held != (only == "held"):
            continue
        findings = find(item.vignette.case(), knowledge)
        weighed = weigh(findings, knowledge)
        full = [weighed.posterior.network.causes[i] for i in weighed.order]
        wanted = item.vignette.expect
        rank = full.index(wanted) + 1 if wanted != UNCLASSIFIED else 1 if weighed.cannot_tell else 99
        rows.append((item, rank, float(weighed.probability[weighed.order[0]]), triage(findings, knowledge).level))
        if rank > 3:
            wrong.append((item.cause, item.index, item.vignette.kind, item.vignette.expect, rank, full[:3]))
    ranks = np.array([row[1] for row in rows])
    emergency = [row for row in rows if row[0].vignette.urgency == "emergency"]
    others = [row for row in rows if row[0].vignette.urgency != "emergency"]
    below = [row for row in rows if LEVELS.index(row[3]) < LEVELS.index(row[0].vignette.urgency)]
    over = [row for row in others if LEVELS.index(row[3]) > LEVELS.index(row[0].vignette.urgency)]
    return {
        "vignettes": len(rows),
        "first": float((ranks == 1).mean()),
        "first three": float((ranks <= 3).mean()),
        "by kind": {
            k: float(np.mean([r == 1 for i, r, _, _ in rows if i.vignette.kind == k])) for k in ("typical", "atypical", "near_miss")
        },
        "ECE": expected_calibration_error([r[2] for r in rows], [r[1] == 1 for r in rows]),
        "emergencies": len(emergency),
        "emergencies exact": float(np.mean([row[3] == "emergency" for row in emergency])) if emergency else float("nan"),
        "under-triage": len(below) / len(rows),
        "over-triage of the rest": len(over) / max(1, len(others)),
        "_wrong": wrong,
        "_rows": rows,
    }


def main() -> None:
    """Print the figures; with --detail what went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=("all", "held", "tuned"), default="all")
    parser.add_argument("--detail", action="store_true")
    options = parser.parse_args()
    figures = evaluate(options.only)
    for name, value in figures.items():
        if not name.startswith("_"):
            print(f"{name:28} {value if not isinstance(value, float) else round(value, 4)}")
    if options.detail:
        for row in figures["_wrong"]:  # type: ignore[attr-defined]
            print(*row)
        stolen = Counter(row[5][0] for row in figures["_wrong"])  # type: ignore[attr-defined]
        print("came first instead:", stolen.most_common(25))
        for item, _, _, level in figures["_rows"]:  # type: ignore[attr-defined]
            if (item.vignette.urgency == "emergency") != (level == "emergency"):
                print("urgency", item.cause, item.index, "wanted", item.vignette.urgency, "got", level, item.vignette.present)


if __name__ == "__main__":
    sys.exit(main())
