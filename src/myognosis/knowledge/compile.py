"""From the YAML files to one validated JSON, and every fault on the way.

``gather()`` reads and validates each file; ``cross_check()`` follows every reference. Both collect: nobody mends a
knowledge base one fault at a time.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from myognosis.faults import Issue, KnowledgeError, Level, Message, near_miss
from myognosis.knowledge import schema as s
from myognosis.knowledge.boxes import ReviewPart
from myognosis.knowledge.glossary import Gloss
from myognosis.knowledge.noted import Noted
from myognosis.knowledge.rules import RuleFault, findings_of
from myognosis.model.misfit import why_not

__all__ = ["check_knowledge", "compile_knowledge", "parse"]

HERE = Path(__file__).parent
DATA = HERE / "data"
COMPILED = HERE / "compiled.json"

_LISTS: dict[str, tuple[str, type[BaseModel]]] = {
    "groups": ("groups.yaml", s.Group),
    "movements": ("movements.yaml", s.Movement),
    "sites": ("sites.yaml", s.Site),
    "muscles": ("muscles.yaml", s.Muscle),
    "nerves": ("nerves.yaml", s.Nerve),
    "reflexes": ("reflexes.yaml", s.Reflex),
    "medicines": ("medicines.yaml", s.Medicine),
    "labs": ("labs.yaml", s.Lab),
    "doses": ("exposures.yaml", s.Dose),
    "blocks": ("blocks.yaml", s.BlockLimit),
    "warmth": ("warmth.yaml", s.NerveWarmth),
    "discharges": ("discharges.yaml", s.Discharge),
    "fasciculation_features": ("fasciculation_features.yaml", s.FasciculationFeature),
    "motor_units": ("motor_units.yaml", s.MotorUnitLimit),
    "tremor": ("tremor.yaml", s.TremorBand),
    "jerks": ("jerks.yaml", s.JerkBand),
    "red_flags": ("red_flags.yaml", s.RedFlag),
    "contacts": ("contacts.yaml", s.Contact),
    "items": ("items.yaml", s.Item),
    "tests": ("tests.yaml", s.Test),
    "activities": ("activities.yaml", s.Activity),
    "review": ("review.yaml", ReviewPart),
    "glossary": ("glossary.yaml", Gloss),
    "notes": ("notes.yaml", Noted),
    "self_tests": ("self_tests.yaml", s.SelfTest),
    "options": ("options.yaml", s.Option),
    "self_care": ("self_care.yaml", s.SelfCare),
    "claims": ("claims.yaml", s.Claim),
    "mechanisms": ("mechanisms.yaml", s.Mechanism),
    "seeds": ("seeds.yaml", s.SeedClaim),
    "traps": ("traps.yaml", s.Trap),
    "fears": ("fears.yaml", s.Fear),
    "terms": ("terms.yaml", s.Term),
    "concepts": ("concepts.yaml", s.Concept),
    "sayings": ("sayings.yaml", s.Saying),
    "asking": ("asking.yaml", s.Asking),
}


class Gathered:
    """Everything read so far, and every fault."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self.entries: dict[str, dict[str, Any]] = {}
        self.raw: dict[str, Any] = {}
        self.digest = hashlib.sha256()

    def fault(self, code: str, where: str, what: str, fix: str, **params: object) -> None:
        """Note a fault."""
        self.issues.append(Issue(f"knowledge.{code}", Level.REFUSE, where, Message(what, params), Message(fix, params)))

    def read(self, path: Path) -> Any:
        """One YAML file, its text added to the digest; None where it cannot be read."""
        from ruamel.yaml.error import YAMLError

        try:
            text = path.read_text("utf-8")
            self.digest.update(path.name.encode() + text.encode())
            return parse(text)
        except (OSError, YAMLError, UnicodeDecodeError) as error:
            self.fault("yaml", path.name, "The file is not readable YAML: {error}", "Mend the syntax.", error=str(error)[:300])
            return None

    def take(self, kind: str, model: type[BaseModel], where: str, rows: Iterable[Any]) -> None:
        """Validate rows of one kind, keep the good ones raw and parsed."""
        parsed = self.entries.setdefault(kind, {})
        raw = self.raw.setdefault(kind, {})
        adapter = TypeAdapter(model)
        for index, row in enumerate(rows):
            name = str(row.get("id") or f"#{index + 1}") if isinstance(row, dict) else f"#{index + 1}"
            if name in parsed:
                self.fault("twice", f"{where} {name}", "The id stands twice.", "Rename or merge one of them.")
            try:
                parsed[name] = adapter.validate_python(row, strict=False)
                raw[name] = row
            except ValidationError as error:
                for one in error.errors():
                    place = ".".join(str(part) for part in one["loc"])
                    self.fault("format", f"{where} {name} $.{place}", "{error}", "See docs/knowledge.md.", error=why_not(one))


@lru_cache(maxsize=1024)
def parse(text: str) -> Any:
    """A YAML text as data, remembered: a file that did not change is not parsed again. Nobody writes into the result.

    Where libyaml is installed it reads five times as fast; what it refuses, for it knows an older YAML, is read as anywhere else.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return YAML(typ="safe", pure=True).load(text)


def gather(data: Path = DATA) -> Gathered:
    """Read and validate every file."""
    out = Gathered()
    for path in sorted((data / "sources").glob("*.yaml")):
        rows = out.read(path) or {}
        out.take("source_rows", _NamedSource, path.name, ({"id": key} | (row or {}) for key, row in rows.items()))
    for path in sorted((data / "findings").glob("*.yaml")):
        out.take("findings", s.Finding, path.name, ({"group": path.stem} | row for row in out.read(path) or []))
    for path in sorted((data / "causes").glob("*.yaml")):
        row = out.read(path)
        out.take("causes", s.Cause, path.name, [row] if row else [])
        if isinstance(row, dict) and row.get("id") != path.stem:
            out.fault("name", path.name, "The id differs from the file name.", "Name the file after its id.")
    for kind, (name, model) in _LISTS.items():
        path = data / name
        out.take(kind, model, name, out.read(path) or [] if path.exists() else [])
    limits = out.read(data / "conduction.yaml") or []
    out.take("conduction", s.ConductionLimit, "conduction.yaml", limits)
    out.raw["conduction"] = limits
    parts = [out.read(data / name) or {} for name in ("hpo.yaml", "hpo_forms.yaml", "hpo_wider.yaml")]
    out.take("hpo", s.HpoTerm, "hpo.yaml", _terms(*parts))
    out.raw["inherited"] = out.read(data / "inherited.yaml") or {}
    out.raw["must_ask"] = out.read(data / "must_ask.yaml") or []
    out.raw["read_first"] = out.read(data / "read_first.yaml") or []
    out.raw["genetic_clues"] = out.read(data / "genetic_clues.yaml") or []
    out.raw["discriminating"] = out.read(data / "discriminating.yaml") or {}
    out.raw["numbers"] = {}
    for name in ("reasoning.yaml", "story.yaml", "signals.yaml", "movement_tests.yaml"):
        out.raw["numbers"] |= out.read(data / name) or {}
    return out


def _terms(by_hand: dict[str, Any], derived: dict[str, str], wider: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Each term of the HPO with the finding that is the same, those of which it is a form, and those that are forms of it."""
    same = {code: name for name, codes in by_hand.get("same", {}).items() for code in codes.split()}
    forms: dict[str, list[str]] = {}
    for name, codes in (*by_hand.get("forms", {}).items(), *derived.items()):
        for code in codes.split():
            forms.setdefault(code, []).append(name)
    for code in sorted({*same, *forms, *wider}):
        holds = [] if code in same else wider.get(code, "").split()
        yield {"id": code, "same": same.get(code), "forms": forms.get(code, []), "holds": holds}


class _NamedSource(s.Source):
    id: str


def cross_check(g: Gathered) -> None:
    """Follow every reference, and hold every rule that one file alone cannot show."""
    findings, entries = g.entries.get("findings", {}), g.entries

    def known(kind: str, name: str, where: str) -> None:
        """A fault, with the near miss, unless the name is among its kind."""
        pool = entries.get(kind, {})
        if name not in pool:
            hint = near_miss(name, pool)
            fix = "Did you mean '{hint}'?" if hint else "Add it, or correct the id."
            g.fault("unknown", where, "'{name}' is not among the {kind}.", fix, name=name, kind=kind, hint=hint)

    for where, source in _sources_used(g):
        known("source_rows", source, where)
    for finding in findings.values():
        known("groups", finding.group, f"findings {finding.id}")
        if finding.is_a:
            known("findings", finding.is_a, f"findings {finding.id}")
        if finding.leak is None and finding.group not in _CONTEXT:
            g.fault("leak", f"findings {finding.id}", "It has no leak.", "Give how common it is without a listed cause.")
        if (finding.usual is None) == (finding.group in _CONTEXT):
            g.fault(
                "usual", f"findings {finding.id}", "A circumstance has a usual share, and nothing else has.", "Give it, or drop it."
            )
    for where, kind, name in _references(g):
        known(kind, name, where)
    for cause in entries.get("causes", {}).values():
        _check_cause(g, cause)
    _check_mechanisms(g)
    _check_features(g)
    _check_conduction(g)
    for flag in entries.get("red_flags", {}).values():
        try:
            for name in findings_of(flag.when):
                known("findings", name, f"red_flags {flag.id}")
        except RuleFault as error:
            g.fault("rule", f"red_flags {flag.id}", "{error}", "See docs/knowledge.md.", error=str(error))


_CONTEXT = {"exposure", "medicine", "condition", "event"}
_OLD = 70
"""From this age on responses of the leg become so small that a limit for people of unknown age leaves them out."""


def _check_cause(g: Gathered, cause: s.Cause) -> None:
    where = f"causes {cause.id}"
    findings = g.entries.get("findings", {})
    if abs(sum(cause.sites.values()) - 1) > 0.011:
        g.fault("sites", where, "The shares of its sites do not sum to 1.", "Mend the shares.")
    groups = {link.id: findings[link.id].group for link in cause.findings if link.id in findings}
    if "movement" not in groups.values():
        g.fault("movement", where, "It makes no movement type.", "List at least one finding of the group movement.")
    for name, group in groups.items():
        if group in _CONTEXT:
            g.fault("context", where, "'{name}' comes before the cause.", "List it under context.", name=name)
    for item in cause.context:
        if item.id in findings and findings[item.id].group not in _CONTEXT:
            g.fault("context", where, "'{name}' comes after the cause.", "List it under findings.", name=item.id)
    names = [link.id for link in cause.findings] + [item.id for item in cause.context]
    for name in {name for name in names if names.count(name) > 1}:
        g.fault("twice", where, "'{name}' stands twice.", "Keep one of them.", name=name)


def _check_mechanisms(g: Gathered) -> None:
    """A state for what arises in the axon, none for the rest; one mechanism a cause."""
    taken: dict[str, str] = {}
    for one in g.entries.get("mechanisms", {}).values():
        where, shown = f"mechanisms {one.id}", bool(one.changes) or one.cuff_s is not None
        if shown != (one.arises == "axon"):
            g.fault("mechanism", where, "Only what arises in the axon has a state there.", "Give changes, or leave them out.")
        if one.arises == "axon" and (one.limits is None or len(one.says) < 3):
            g.fault("mechanism", where, "It says too little.", "Write three sentences or more, and what the model cannot show.")
        for cause in one.causes:
            if cause in taken:
                g.fault("twice", where, "'{name}' stands in two mechanisms.", "Keep one of them.", name=cause)
            taken[cause] = one.id


def _check_features(g: Gathered) -> None:
    """A sentence, or a group with its numbers; never both, never neither."""
    for one in g.entries.get("fasciculation_features", {}).values():
        numbers = one.group is not None and (one.range is not None or one.mean is not None)
        if numbers == (one.says is not None):
            where = f"fasciculation_features {one.id}"
            g.fault("feature", where, "It gives neither a sentence nor a group with numbers, or both.", "Give one of them.")


def _check_conduction(g: Gathered) -> None:
    """Where age or height is not known a limit holds that is as wide as those for some; a share has something to be a share of."""
    limits: dict[tuple[str, ...], list[s.ConductionLimit]] = {}
    for row in g.entries.get("conduction", {}).values():
        limits.setdefault((row.nerve, row.kind, row.measure, row.segment or ""), []).append(row)
    for name, rows in limits.items():
        where = f"conduction.yaml {' '.join(name)}"
        parts, wholes = [x for x in rows if x.share is not None], [x for x in rows if x.share is None and x.low is not None]
        if parts and not any(x.age is None and x.height_cm is None for x in wholes):
            g.fault("share", where, "It is a share of a lower limit that is not there.", "Add that limit, for people of every age.")
        for finding in {x.finding for x in wholes}:
            same = [x for x in wholes if x.finding == finding]
            some = [x.low for x in same if x.age is not None and x.age[0] < _OLD and x.low is not None]
            all_ages = (x for x in same if x.age is None and x.height_cm is None and x.technique is None)
            every = [x.low for x in all_ages if x.low is not None]
            if some and (not every or min(every) > min(some)):
                g.fault("wide", where, "A limit for some is wider than the one for all.", "Add a limit that is as wide.")


def _references(g: Gathered) -> Iterator[tuple[str, str, str]]:
    """(where, kind, id) of every reference between files."""
    e = g.entries
    yield from _read_words(e)
    for cause in e.get("causes", {}).values():
        where = f"causes {cause.id}"
        yield from ((where, "findings", link.id) for link in (*cause.findings, *cause.context))
        yield from ((where, "findings", name) for name in (cause.state,) if name)
        for kind in ("tests", "options", "self_care"):
            yield from ((where, kind, name) for name in getattr(cause, kind))
    for movement in e.get("movements", {}).values():
        yield from ((f"movements {movement.id}", "findings", f) for f in (movement.id, *movement.features, *movement.shown_by))
    for medicine in e.get("medicines", {}).values():
        yield from (
            (f"medicines {medicine.id}", "findings", f)
            for f in (*medicine.effects, *medicine.makes, *medicine.when_stopped, *medicine.when_new)
        )
    for test in e.get("tests", {}).values():
        yield from ((f"tests {test.id}", "findings", f) for f in test.settles)
    for activity in e.get("activities", {}).values():
        yield from ((f"activities {activity.id}", "findings", f) for f in activity.means)
    for care in e.get("self_care", {}).values():
        yield from ((f"self_care {care.id}", "findings", f) for f in (*care.after_no, *care.not_with))
    for option in e.get("options", {}).values():
        yield from ((f"options {option.id}", "findings", f) for f in option.not_with)
    for self_test in e.get("self_tests", {}).values():
        where = f"self_tests {self_test.id}"
        yield from ((where, "findings", name) for name in self_test.not_with)
        yield from ((where, "findings", f) for outcome in self_test.outcomes for f in (*outcome.present, *outcome.absent))
    for lab in e.get("labs", {}).values():
        yield from ((f"labs {lab.id}", "findings", rule.id) for rule in lab.rules)
        yield from ((f"labs {lab.id}", "labs", other.like) for other in (lab.mistaken,) if other)
        yield from ((f"labs {lab.id}", "labs", other) for other in lab.decided_by)
    yield from ((f"exposures {dose.id}", "findings", dose.finding) for dose in e.get("doses", {}).values())
    yield from (("conduction.yaml", "findings", row["finding"]) for row in g.raw.get("conduction", []) if row.get("finding"))
    for term in e.get("hpo", {}).values():
        yield from ((f"hpo.yaml {term.id}", "findings", name) for name in (term.same, *term.forms, *term.holds) if name)
    yield from (("inherited.yaml", "causes", name) for names in g.raw.get("inherited", {}).values() for name in names)
    for kind in ("genetic_clues", "must_ask", "read_first"):
        yield from ((f"{kind}.yaml", "findings", name) for name in g.raw.get(kind, []))
    for fear in e.get("fears", {}).values():
        yield f"fears {fear.id}", "causes", fear.id
        yield from ((f"fears {fear.id}", "findings", name) for name in (*fear.findings, *fear.movements))
    for family, names in g.raw.get("discriminating", {}).items():
        yield from (("discriminating.yaml", "findings", name) for name in (family, *names))
    for part in e.get("review", {}).values():
        yield from ((f"review {part.id}", "findings", box.id) for box in part.boxes)
    for rule in e.get("asking", {}).values():
        named = (rule.id, *rule.needs, *rule.after_no, *rule.after_yes, *rule.same, *rule.follows)
        yield from ((f"asking {rule.id}", "findings", name) for name in named)
    for flag in e.get("red_flags", {}).values():
        yield f"red_flags {flag.id}", "contacts", flag.who
        yield from ((f"red_flags {flag.id}", "items", item) for item in flag.bring)
    for mechanism in e.get("mechanisms", {}).values():
        yield from ((f"mechanisms {mechanism.id}", "causes", name) for name in mechanism.causes)
    for muscle in e.get("muscles", {}).values():
        if muscle.nerve:
            yield f"muscles {muscle.id}", "nerves", muscle.nerve
    for feature in e.get("fasciculation_features", {}).values():
        if feature.muscle:
            yield f"fasciculation_features {feature.id}", "muscles", feature.muscle
    for limit in e.get("motor_units", {}).values():
        if limit.muscle:
            yield f"motor_units {limit.id}", "muscles", limit.muscle


def _read_words(e: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """The same of what is read in people's words: terms, ideas, sayings, claims."""
    for term in e.get("terms", {}).values():
        yield from ((f"terms {term.id}", "findings", f) for f in (term.finding,) if f)
        yield from ((f"terms {term.id}", "muscles", m) for m in (term.place,) if m)
        parts = [name for group in term.together for name in group]
        yield from ((f"terms {term.id}", "traps" if name in e.get("traps", {}) else "terms", name) for name in parts)
    for concept in e.get("concepts", {}).values():
        yield from ((f"concepts {concept.id}", "concepts", name) for name in concept.includes)
    for saying in e.get("sayings", {}).values():
        yield from ((f"sayings {saying.id}", "findings", f) for f in (saying.finding,) if f)
        yield from ((f"sayings {saying.id}", "traps", t) for t in (saying.trap,) if t)
        yield from ((f"sayings {saying.id}", "concepts", name) for group in (*saying.of, saying.unless) for name in group)
    for claim in e.get("claims", {}).values():
        where = f"claims {claim.id}"
        yield from ((where, "causes", name) for name in claim.shows.causes)
        yield from ((where, "findings", name) for name in (*claim.shows.findings, *claim.shows.movements))
        yield from ((where, "traps", name) for name in claim.shows.traps)
        yield from ((where, "seeds", name) for name in claim.seeds)


def _sources_used(g: Gathered) -> Iterator[tuple[str, str]]:
    """(where, source) of everything that names a source."""

    def walk(value: Any, where: str) -> Iterator[tuple[str, str]]:
        """Every source within a value, however deep."""
        if isinstance(value, dict):
            if isinstance(value.get("source"), str):
                yield where, value["source"]
            for inner in value.values():
                yield from walk(inner, where)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner, where)

    for kind, rows in g.raw.items():
        if kind != "source_rows":
            yield from walk(rows, kind)


def _content(g: Gathered) -> dict[str, Any]:
    raw = g.raw
    sources = {key: {k: v for k, v in row.items() if k != "id"} for key, row in raw["source_rows"].items()}
    lists = {kind: raw.get(kind, {}) for kind in _LISTS}
    return {
        "version": g.digest.hexdigest()[:12],
        "sources": sources,
        "findings": raw["findings"],
        "causes": raw["causes"],
        "conduction": raw["conduction"],
        "numbers": raw["numbers"],
        "genetic_clues": raw["genetic_clues"],
        "hpo": raw["hpo"],
        "inherited": raw["inherited"],
        "must_ask": raw["must_ask"],
        "read_first": raw["read_first"],
        "discriminating": raw["discriminating"],
        **lists,
    }


def check_knowledge(data: Path = DATA) -> tuple[Gathered, tuple[Issue, ...]]:
    """Everything read, and every fault found in it."""
    gathered = gather(data)
    cross_check(gathered)
    return gathered, tuple(gathered.issues)


def compile_knowledge(data: Path = DATA, target: Path = COMPILED) -> None:
    """Write the compiled knowledge.

    Raises
    ------
    KnowledgeError
        With every fault, when there is one.
    """
    from pydantic_core import to_json

    from myognosis.knowledge import Content

    gathered, issues = check_knowledge(data)
    if issues:
        raise KnowledgeError(issues)
    payload = to_json(_content(gathered))
    TypeAdapter(Content).validate_json(payload)
    temporary = target.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(payload)
    temporary.replace(target)
