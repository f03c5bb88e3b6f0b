"""What medicine knows, as data, and its loader.

``load_knowledge()`` gives the one ``Knowledge`` that every room reads. It comes from ``compiled.json``, which is built
from the YAML files in ``data/`` after all their faults have been looked for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from myognosis.knowledge.boxes import Box, ReviewPart
from myognosis.knowledge.glossary import Gloss
from myognosis.knowledge.noted import Noted
from myognosis.knowledge.schema import (
    Activity,
    Asking,
    BlockLimit,
    Cause,
    Claim,
    Concept,
    ConductionLimit,
    Contact,
    Discharge,
    Dose,
    FasciculationFeature,
    Fear,
    Finding,
    Group,
    HpoTerm,
    Item,
    JerkBand,
    Lab,
    Link,
    Mechanism,
    Medicine,
    MotorUnitLimit,
    Movement,
    Muscle,
    Nerve,
    NerveWarmth,
    Option,
    RedFlag,
    Reflex,
    Saying,
    SeedClaim,
    SelfCare,
    SelfTest,
    Site,
    Source,
    Term,
    Test,
    Trap,
    TremorBand,
    Tuning,
)  # fmt: skip
from myognosis.knowledge.written_medicine import medicine_like, medicines_in
from myognosis.model.base import Model
from myognosis.model.case import Setting

__all__ = ["CONTEXT_GROUPS", "OUTSIDE", "UNCLASSIFIED", "Knowledge", "lightened", "load_knowledge"]

CONTEXT_GROUPS = frozenset({"exposure", "medicine", "condition", "event"})
"""Groups whose findings come before a cause and move its prior odds."""

UNCLASSIFIED = "unclassified_twitching"
"""The cause that stands for none of the listed ones."""

_BEGINNING, _ENDING = 4, 3
"""A word is found in a name by its first letters, at least so many; so many last ones change with case and number."""
_TESTED = frozenset({"lab", "imaging", "emg", "conduction", "eeg", "antibody", "csf", "gene_biopsy"})
"""Groups whose findings are results of a test."""
OUTSIDE = "other_inherited_disease"
"""The cause that stands for the inherited diseases that are not in the list: which one it is cannot be told."""


class Content(Model):
    """All the knowledge as it is compiled."""

    version: str
    sources: dict[str, Source]
    groups: dict[str, Group]
    findings: dict[str, Finding]
    movements: dict[str, Movement]
    sites: dict[str, Site]
    muscles: dict[str, Muscle]
    nerves: dict[str, Nerve]
    reflexes: dict[str, Reflex]
    causes: dict[str, Cause]
    medicines: dict[str, Medicine]
    labs: dict[str, Lab]
    doses: dict[str, Dose]
    conduction: tuple[ConductionLimit, ...]
    blocks: dict[str, BlockLimit]
    warmth: dict[str, NerveWarmth]
    discharges: dict[str, Discharge]
    fasciculation_features: dict[str, FasciculationFeature]
    motor_units: dict[str, MotorUnitLimit]
    tremor: dict[str, TremorBand]
    jerks: dict[str, JerkBand]
    red_flags: dict[str, RedFlag]
    contacts: dict[str, Contact]
    items: dict[str, Item]
    tests: dict[str, Test]
    activities: dict[str, Activity]
    self_tests: dict[str, SelfTest]
    options: dict[str, Option]
    self_care: dict[str, SelfCare]
    claims: dict[str, Claim]
    mechanisms: dict[str, Mechanism]
    seeds: dict[str, SeedClaim]
    traps: dict[str, Trap]
    fears: dict[str, Fear]
    terms: dict[str, Term]
    concepts: dict[str, Concept]
    sayings: dict[str, Saying]
    genetic_clues: tuple[str, ...]
    hpo: dict[str, HpoTerm]
    inherited: dict[Literal["wholly", "partly"], tuple[str, ...]]
    must_ask: tuple[str, ...]
    read_first: tuple[str, ...]
    asking: dict[str, Asking]
    discriminating: dict[str, tuple[str, ...]]
    review: dict[str, ReviewPart]
    glossary: dict[str, Gloss]
    notes: dict[str, Noted]
    numbers: dict[str, Tuning]


@dataclass(frozen=True, eq=False)
class Knowledge:
    """The knowledge, with the look-ups that the rooms share."""

    content: Content

    @property
    def version(self) -> str:
        """A digest of everything in it: two assessments with the same digest used the same knowledge."""
        return self.content.version

    @property
    def causes(self) -> dict[str, Cause]:
        """Every cause, the unclassified one included."""
        return self.content.causes

    @property
    def findings(self) -> dict[str, Finding]:
        """The vocabulary."""
        return self.content.findings

    def number(self, name: str) -> float:
        """One of the numbers that the reasoning needs."""
        return self.content.numbers[name].value

    def group_of(self, finding: str) -> str:
        """The group of a finding."""
        return self.content.findings[finding].group

    def is_context(self, finding: str) -> bool:
        """Whether a finding comes before the cause."""
        return self.group_of(finding) in CONTEXT_GROUPS

    def link_behind(self, finding: str, links: Mapping[str, Link]) -> Link | None:
        """Of the links of a cause the one whose number stands behind a finding: its own, or its nearest relative's."""
        if finding in links:
            return links[finding]
        kin = (*self.ancestors[finding], *sorted(self.descendants[finding]))
        return next((links[name] for name in kin if name in links), None)

    @cached_property
    def ancestors(self) -> dict[str, tuple[str, ...]]:
        """Finding -> everything it implies, nearest first."""
        found: dict[str, tuple[str, ...]] = {}
        for finding in self.findings.values():
            chain, parent = [], finding.is_a
            while parent:
                chain.append(parent)
                parent = self.findings[parent].is_a
            found[finding.id] = tuple(chain)
        return found

    @cached_property
    def descendants(self) -> dict[str, frozenset[str]]:
        """Finding -> everything that implies it."""
        found: dict[str, set[str]] = {name: set() for name in self.findings}
        for child, chain in self.ancestors.items():
            for parent in chain:
                found[parent].add(child)
        return {name: frozenset(children) for name, children in found.items()}

    @cached_property
    def boxes(self) -> dict[str, dict[str, Box]]:
        """List that everybody ticks -> finding -> its box: the rest of the body, and what came before."""
        parts = self.content.review.values()
        lists = dict.fromkeys(part.list for part in parts)
        return {one: {box.id: box for part in parts if part.list == one for box in part.boxes} for one in lists}

    @cached_property
    def mechanism_of(self) -> dict[str, Mechanism]:
        """Cause -> what makes the muscle move in it, where that is known."""
        return {cause: one for one in self.content.mechanisms.values() for cause in one.causes}

    @cached_property
    def medicine_names(self) -> dict[str, str]:
        """Every spelling of a medicine, lower case -> its id."""
        names: dict[str, str] = {}
        for medicine in self.content.medicines.values():
            told = medicine.names.model_dump().values()
            for spelling in (medicine.id, *told, *medicine.also):
                names.setdefault(spelling.casefold(), medicine.id)
            for name in told:  # "levodopa (with carbidopa ...)" is written as levodopa
                names.setdefault(name.partition("(")[0].strip().casefold(), medicine.id)
        return names

    def medicines_in(self, written: str) -> tuple[str, ...]:
        """The medicines that a person's own words name, with a dose or without; none where they are not understood."""
        return medicines_in(written, self.medicine_names)

    def medicine_like(self, written: str) -> str:
        """The medicine that was probably meant where the words are not understood; an empty text where none is near."""
        return medicine_like(written, self.medicine_names)

    def finding_named(self, words: str) -> str:
        """The finding whose name, in any language, holds the beginnings of most of these words; an empty text where none does.

        Of several one that a person can tell rather than the result of a test, one whose name begins so, and the broadest.
        """
        typed = words.casefold().replace("_", " ").split()
        beginnings = {" " + word[: max(_BEGINNING, len(word) - _ENDING)] for word in typed if len(word) >= _BEGINNING}

        def fits(id: str, name: str) -> tuple[int, bool, bool, int, int]:
            held, first = sum(one in name for one in beginnings), any("\n" + one in name for one in beginnings)
            return held, self.group_of(id) not in _TESTED, first, -len(self.ancestors[id]), -len(name)

        fit = {id: fits(id, name) for id, name in self._spelled.items()}
        best = max(fit, key=fit.__getitem__)
        return best if fit[best][0] else ""

    @cached_property
    def _spelled(self) -> dict[str, str]:
        """Finding -> the words of its names, small, each after a space, and each name on a line."""
        names = {finding.id: finding.names.model_dump().values() for finding in self.findings.values()}
        return {id: "".join("\n " + re.sub(r"\W+", " ", name).casefold() for name in many) for id, many in names.items()}

    @cached_property
    def lab_names(self) -> dict[str, str]:
        """Every spelling of an analyte, lower case -> its id."""
        names: dict[str, str] = {}
        for lab in self.content.labs.values():
            for spelling in (lab.id, *lab.names.model_dump().values(), *lab.also):
                names.setdefault(spelling.casefold(), lab.id)
        return names

    @cached_property
    def by_hpo(self) -> dict[str, str]:
        """HPO id -> the same finding; the broadest finding of ours where several share a code."""
        found: dict[str, str] = {}
        for finding in sorted(self.findings.values(), key=lambda f: len(self.ancestors[f.id])):
            if finding.hpo:
                found.setdefault(finding.hpo, finding.id)
        return {code: term.same for code, term in self.content.hpo.items() if term.same} | found

    @cached_property
    def hpo_of(self) -> dict[str, str]:
        """Finding -> the HPO id that says it."""
        said = {finding: code for code, finding in sorted(self.by_hpo.items(), reverse=True)}
        return said | {finding.id: finding.hpo for finding in self.findings.values() if finding.hpo}

    def meant_by(self, code: str, present: bool) -> tuple[str, ...]:
        """The findings that an HPO term makes present or absent.

        A form of a finding makes it present; where a mere form is absent, another may be there. A wider term is absent with all
        its forms; where it is present, any of them may be meant.
        """
        same, term = self.by_hpo.get(code), self.content.hpo.get(code)
        others = (term.forms if present else term.holds) if term else ()
        return tuple(dict.fromkeys((*((same,) if same else ()), *others)))

    def setting_ratio(self, cause: str, setting: Setting) -> float:
        """Odds ratio of a cause in a setting against general practice.

        Those who come to a clinic for inherited diseases were chosen for it: what is inherited is common there, the rest rare.
        """
        given = self.causes[cause].settings.get(setting)
        if given is not None or setting != "genetics_clinic":
            return given or 1.0
        kind = next((kind for kind, names in self.content.inherited.items() if cause in names), "else")
        return self.number(f"genetics_{kind}")


_COMPILED = Path(__file__).parent / "compiled.json"
_DATA = Path(__file__).parent / "data"


@cache
def load_knowledge() -> Knowledge:
    """The knowledge of this installation, read once.

    In a source checkout the YAML files are compiled anew whenever one of them is newer.

    Raises
    ------
    KnowledgeError
        The YAML files contradict themselves or their format; every fault is listed.
    """
    if _stale():
        from myognosis.knowledge.compile import compile_knowledge

        compile_knowledge()
    content = TypeAdapter(Content).validate_json(_COMPILED.read_bytes())
    return Knowledge(content)


@cache
def lightened(knowledge: Knowledge) -> Knowledge:
    """The same, of which values that were given the same fields share one set of these: for who keeps it in memory for long.

    The sets are a quarter of all that the knowledge takes; to look through it costs as much as half its loading.
    """
    sets, left = dict[frozenset[str], set[str]](), list[object]([knowledge.content])
    while left:
        one = left.pop()
        if isinstance(one, Model):
            fields = one.__pydantic_fields_set__
            object.__setattr__(one, "__pydantic_fields_set__", sets.setdefault(frozenset(fields), fields))
            one = one.__dict__
        inside: Iterable[object] = one.values() if isinstance(one, dict) else one if isinstance(one, tuple) else ()
        left += [part for part in inside if part.__class__ not in _PLAIN]
    return knowledge


_PLAIN = frozenset({str, float, int, bool, type(None)})


def _stale() -> bool:
    if not _DATA.exists():
        return False
    if not _COMPILED.exists():
        return True
    built = _COMPILED.stat().st_mtime
    return any(path.stat().st_mtime > built for path in (_DATA, *_DATA.rglob("*")))
