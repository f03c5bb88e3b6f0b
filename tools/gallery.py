"""Draw every scenario into docs/scenarios, and the page that shows them.

Run ``python tools/gallery.py [SCENARIO ...]`` after a scenario was changed, and look at each picture.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from myognosis.simulate import load_scenario, scenario_names, simulate
from myognosis.simulate.output.pictures import draw

FOLDER = Path(__file__).parent.parent / "docs" / "scenarios"


def main() -> None:
    """The pictures asked for, and the page of all."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or scenario_names():
        picture = Image.open(BytesIO(draw(simulate(name, seed=1), form="png", title=load_scenario(name).names.en)))
        picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(FOLDER / f"{name}.png", optimize=True)
    lines = [
        "# Scenarios",
        "",
        "Drawn by `python tools/gallery.py`, each with seed 1; `myognosis simulate NAME --picture` draws them anew.",
        "",
    ]
    for name in scenario_names():
        scenario = load_scenario(name)
        lines += [f"## {scenario.names.en}", "", f"`{name}`. {scenario.about.en}", "", f"![{scenario.names.en}]({name}.png)", ""]
    (FOLDER / "README.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
