"""What the documentation shows is what the program takes."""

import re
from pathlib import Path

from click.testing import CliRunner

from myognosis.cli import main
from myognosis.simulate.output import FORMATS
from myognosis.simulate.output.benchmark import load_benchmark
from myognosis.simulate.scenarios import load_scenario, parse_scenario, scenario_names

TEXT = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")


def block(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_scenario_in_the_documentation_is_a_scenario():
    scenario = parse_scenario(block("yaml")[0], "simulation.md")
    assert scenario.antagonist and len(scenario.places_mm) == 3 and len(scenario.phases) == 2


def test_every_scenario_and_every_format_is_in_the_documentation():
    rows = TEXT[TEXT.index("| scenario | spikes |") : TEXT.index("## Motoneurons")]
    for name in scenario_names():
        assert f"`{name}`" in rows or name.startswith("healthy_") or "tremor" in name or name in AT_THE_END, name
    assert all(f"| `{form}` |" in TEXT for form in FORMATS)


AT_THE_END = ("asterixis", "cortical_myoclonus", "hypnic_jerk", "nerve_stimulation", "restless_legs")


def test_every_option_of_the_commands_shown_exists():
    asked = CliRunner().invoke(main, ["simulate", "--help"]).output
    for line in (line for text in block("") for line in text.splitlines() if line.startswith("myognosis simulate")):
        words = line.split("#")[0].split()[2:]
        assert all(option in asked for option in words if option.startswith("--")), line
        assert all(load_scenario(word) for word in words[:1] if not word.startswith("--"))


def test_the_scene_in_the_example_is_one_of_the_set():
    name, scene = re.search(r'load_benchmark\("(\w+)"\), "(\w+)"', TEXT).groups()
    assert load_benchmark(name).scene(scene)
