"""Make ``simulate/data/excitability_norms.json`` from the 280 recordings: ``python tools/excitability_norms.py HUMAN_MEDIAN.json``.

The recordings: kelvinejones/nerve-norms, lib/data/data.go, MIT, copyright 2019 James Bell. Imputed rows are dropped.
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "src"))

from myognosis.simulate.excitability.indices import indices  # noqa: E402
from myognosis.simulate.excitability.people import test_of  # noqa: E402


def curve(points: dict[float, list[float]], least: int) -> list[list[float]]:
    kept = sorted((x, y) for x, y in points.items() if len(y) >= least)
    return [[x, round(float(np.mean(y)), 3), round(float(np.std(y, ddof=1)), 3), len(y)] for x, y in kept]


def norms(tests: list, least: int = 150) -> dict:
    curves: dict[str, dict[float, list[float]]] = {}
    found: dict[str, list[float]] = {}
    for test in tests:
        for run in test.electrotonus:
            strength = int(run.current_percent[np.argmax(np.abs(run.current_percent))])
            for x, y in zip(run.delay_ms, run.reduction_percent, strict=True):
                curves.setdefault(f"electrotonus {strength:+d}", {}).setdefault(float(x), []).append(y)
        for name, table in (("recovery", test.recovery), ("current-threshold", test.current_threshold)):
            for x, y in zip(table.x, table.y, strict=True) if table else ():
                curves.setdefault(name, {}).setdefault(float(x), []).append(y)
        for name, value in indices(test).items():
            found.setdefault(name, []).append(value)
    spread = {
        name: [round(float(v), 4) for v in (np.mean(y), np.std(y, ddof=1), *np.quantile(y, (0.05, 0.95)))] + [len(y)]
        for name, y in sorted(found.items())
    }
    return {"curves": {name: curve(points, least) for name, points in sorted(curves.items())}, "indices": spread}


def main() -> None:
    people = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    head = {
        "about": "Healthy median motor axons of 280 people: mean, SD, number a point; mean, SD, 5 %, 95 %, number an index.",
        "source": "kelvinejones/nerve-norms, lib/data/data.go (MIT, (c) 2019 James Bell); made by tools/excitability_norms.py",
    }
    text = json.dumps(head | norms([test_of(person) for person in people]), indent=None).replace('], "', '],\n"')
    (ROOT / "src/myognosis/simulate/data/excitability_norms.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
