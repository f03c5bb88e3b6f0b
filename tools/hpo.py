"""Write hpo_forms.yaml and hpo_wider.yaml: the terms of the Human Phenotype Ontology below and above our findings.

``python tools/hpo.py hp.obo`` (https://hpo.jax.org, licence there). A term is a form of the nearest findings above it in the
ontology; what hpo.yaml says by hand comes first. A wider term holds the findings below it, which are absent with it. Only numbers
of terms are kept, none of the ontology's text.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from myognosis.knowledge import Knowledge, load_knowledge
from myognosis.knowledge.compile import parse

DATA = Path(__file__).parents[1] / "src" / "myognosis" / "knowledge" / "data"


def parents(obo: str) -> tuple[str, dict[str, list[str]]]:
    """The release, and each term that is not obsolete with the terms right above it."""
    release = re.search(r"^data-version: (\S+)", obo, re.MULTILINE)
    found = {}
    for block in obo.split("\n[Term]\n")[1:]:
        if "\nis_obsolete: true" not in block and (name := re.match(r"id: (HP:\d{7})", block)):
            found[name[1]] = re.findall(r"^is_a: (HP:\d{7})", block, re.MULTILINE)
    return release[1] if release else "", found


def forms(above: dict[str, list[str]], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """(finding, term) of every term whose nearest findings above it are these."""
    by_hand = parse((DATA / "hpo.yaml").read_text("utf-8"))
    exact = knowledge.by_hpo
    told = set(exact) | {code for codes in by_hand["forms"].values() for code in codes.split()}
    apart = {(name, code) for name, codes in by_hand["apart"].items() for code in codes.split()}
    for term in above:
        near = set(_near(term, above, exact, apart)) - set(by_hand["closed"]) if term not in told else set()
        yield from ((name, term) for name in near if not any(name in knowledge.ancestors[other] for other in near))


def _near(term: str, above: dict[str, list[str]], exact: dict[str, str], apart: set[tuple[str, str]]) -> Iterator[str]:
    """The findings met first on every way up, but for those that the term is set apart from."""
    seen, waiting = {term}, [(term, frozenset({term}))]
    while waiting:
        here, way = waiting.pop()
        for up in above.get(here, ()):
            if up in exact:
                if not any((exact[up], code) in apart for code in way):
                    yield exact[up]
            elif up not in seen:
                seen.add(up)
                waiting.append((up, way | {up}))


_MOST = 8
"""A term above more of our findings than this is one of the ontology's chapters; nobody says that a whole chapter is absent."""


def wider(above: dict[str, list[str]], knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """(term, finding) of every term above a finding, but for those so wide that they hold many."""
    held: dict[str, set[str]] = {}
    for code, name in knowledge.by_hpo.items():
        waiting = list(above.get(code, ()))
        while waiting:
            up = waiting.pop()
            held.setdefault(up, set()).add(name)
            waiting += above.get(up, ())
    for term, names in held.items():
        if term not in knowledge.by_hpo and len(names) <= _MOST:
            yield from ((term, name) for name in names)


def write(file: str, pairs: Iterable[tuple[str, str]], release: str) -> None:
    """One line for each first of the pairs, with all its seconds."""
    found: dict[str, list[str]] = {}
    for first, second in sorted(pairs):
        found.setdefault(first, []).append(second)
    origin = f"the Human Phenotype Ontology ({release}), https://hpo.jax.org"
    rows = (f'"{first}": {" ".join(seconds)}\n' for first, seconds in found.items())
    (DATA / file).write_text(f"# Written by tools/hpo.py from {origin}: numbers of terms alone.\n" + "".join(rows), "utf-8")


def main() -> None:
    """Write both files."""
    knowledge = load_knowledge()
    release, above = parents(Path(sys.argv[1]).read_text("utf-8"))
    write("hpo_forms.yaml", forms(above, knowledge), release)
    write("hpo_wider.yaml", wider(above, knowledge), release)


if __name__ == "__main__":
    main()
