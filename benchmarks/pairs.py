"""People with two causes at once, ten of our own and ten published: whether both are ranked, and named together."""

from pathlib import Path
from typing import Any

__all__ = ["pairs"]

_FOLDER = Path(__file__).parent.parent / "tests" / "pairs"


def people(name: str = "two_causes") -> list[dict[str, Any]]:
    """Our ten, or those of another file, as written."""
    from ruamel.yaml import YAML

    written: list[dict[str, Any]] = YAML(typ="safe").load(_FOLDER / f"{name}.yaml")
    return written


def look(row: dict[str, Any]) -> tuple[list[int], bool, bool]:
    """The places of the two causes, whether one is named with the other, and whether the evidence of each is its own."""
    from myognosis.assessing import assess
    from myognosis.knowledge import load_knowledge
    from myognosis.model.case import Answer, Case, Person

    who = row["person"]
    person = Person(age_years=who["age"], sex=who["sex"], setting=who["setting"])
    answers = dict.fromkeys(row["present"], Answer.PRESENT) | dict.fromkeys(row["absent"], Answer.ABSENT)
    causes = assess(Case(person=person, answers=answers), load_knowledge()).causes
    order, both = [result.cause for result in causes], row["causes"]
    found = {result.cause: result for result in causes if result.cause in both}
    speaks = {name: {item.finding: item.decibans for item in found[name].evidence} if name in found else {} for name in both}
    own = all(
        speaks[name].get(finding, 0.0) > max(0.0, speaks[other].get(finding, 0.0))
        for name, other in (both, reversed(both)) for finding in row.get("own", {}).get(name, ())
    )  # fmt: skip
    together = any(set(both) - {name} <= set(result.with_others) for name, result in found.items())
    return [order.index(name) + 1 if name in order else len(order) + 1 for name in both], together, own


def pairs() -> list[tuple[str, str, str]]:
    """One row each, then how many."""
    seen = [(row["causes"], *look(row)) for row in people()]
    rows = [
        (f"{a} with {b}", f"no. {place[0]} and {place[1]}{', named together' if together else ''}", "-")
        for (a, b), place, together, _ in seen
    ]
    marks = ((max(place) <= 3, together, own) for _, place, together, own in seen)
    first, named, own = (sum(flags) for flags in zip(*marks, strict=True))
    return [
        *rows,
        ("both in the first three; named together", f"{first}, {named} of {len(seen)}", "-"),
        ("what one cause alone explains speaks for it and more than for the other", f"{own} of {len(seen)}", "-"),
        *_published(),
    ]


def _published() -> list[tuple[str, str, str]]:
    """Ten published people, coded before they were run and kept back."""
    seen = [(row["causes"], *look(row)[:2]) for row in people("published")]
    three, five = (sum(max(place) <= most for _, place, _ in seen) for most in (3, 5))
    together = sum(named for *_, named in seen)
    return [
        *((f"published: {a} with {b}", f"no. {place[0]} and {place[1]}", "-") for (a, b), place, _ in seen),
        ("published, kept back: both in the first three, the first five; named together",
         f"{three}, {five}, {together} of {len(seen)}", "-"),
    ]  # fmt: skip
