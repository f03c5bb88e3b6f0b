"""From an assessment to a page: every id becomes a word, every number a form that its reader can use."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import advised, emergency_numbers, one_of, soonest
from myognosis.language import Language, catalogue
from myognosis.model import assessment as a
from myognosis.model.case import Case, Lab
from myognosis.model.finding import Findings
from myognosis.reason.triage import grave_signs
from myognosis.report import page as p
from myognosis.report.bodymap import body_map
from myognosis.report.cited import long_source, short_source, source_link
from myognosis.report.conduction import conduction_rows
from myognosis.report.emergency import emergency_view
from myognosis.report.measured import measured_lines, measured_views
from myognosis.report.mechanism import mechanism_view
from myognosis.report.onepage import in_short
from myognosis.report.reasons import evidence_view
from myognosis.report.safety import safety_net
from myognosis.report.unsettled import doubts_told, left_told
from myognosis.report.words import Words, plain, thousand

__all__ = ["build_page"]


def build_page(
    result: a.Assessment,
    case: Case,
    findings: Findings,
    knowledge: Knowledge,
    language: Language,
    *,
    today: dt.date,
    emergency_number: str | None = None,
) -> p.Page:
    """The page of one result in one language; without a number to call it names those of the language's countries."""
    number = one_of(emergency_numbers(language, emergency_number), language)
    page = _Builder(result, case, findings, knowledge, language, today, number).page()
    told = result.present or result.absent or findings.signs or findings.measured or findings.conduction
    return page if told else _without_ranking(page, catalogue(language).gettext)


def _without_ranking(page: p.Page, _: Callable[[str], str]) -> p.Page:
    """The page where nothing was told: how often causes are among all people says nothing of this person."""
    none = _("Nothing was told yet, so nothing can be said of what may explain it.")
    return replace(page, causes=(), movements=(), mechanisms=(), feared=(), unclassified="", cannot_tell=none, ranking_open="")


class _Builder:
    """Holds what every part of the page needs."""

    def __init__(
        self,
        result: a.Assessment,
        case: Case,
        findings: Findings,
        knowledge: Knowledge,
        language: Language,
        today: dt.date,
        number: str,
    ) -> None:
        self.result, self.case, self.findings, self.knowledge = result, case, findings, knowledge
        self.language, self.today, self.number = language, today, number
        self.words = Words(language)
        self._ = self.words._
        self.cited: dict[str, None] = {}

    # --- small helpers ------------------------------------------------------------------------------------------------

    def name(self, finding: str) -> str:
        """The name of a finding."""
        return self.knowledge.findings[finding].names.in_language(self.language)

    def names(self, findings: tuple[str, ...]) -> tuple[str, ...]:
        """The names of findings."""
        return tuple(self.name(f) for f in findings)

    def telling(self, findings: tuple[str, ...]) -> tuple[str, ...]:
        """Findings without those that another of them says more exactly."""
        implied = {parent for name in findings for parent in self.knowledge.ancestors[name]}
        return tuple(name for name in findings if name not in implied)

    def cause_name(self, cause: str) -> str:
        """The name of a cause."""
        return self.knowledge.causes[cause].names.in_language(self.language)

    def cite(self, key: str) -> str:
        """A source as it is named in the text; it enters the list of sources."""
        self.cited[key] = None
        return short_source(self.knowledge.content.sources[key], self._)

    def place(self, where: str) -> str:
        """The name of a muscle, reflex, nerve or area."""
        content = self.knowledge.content
        for pool in (content.muscles, content.reflexes, content.nerves):
            if where in pool:
                return pool[where].names.in_language(self.language)
        return where

    # --- parts --------------------------------------------------------------------------------------------------------

    def page(self) -> p.Page:
        """The whole."""
        r, _ = self.result, self._
        causes = tuple(self.cause(c, rank) for rank, c in enumerate(r.causes, 1))
        urgency = self.urgency()
        tests, options, self_care = self.tests(), self.options(), self.self_care()
        claims = tuple(self.claim(c) for c in r.claims)
        measured = measured_views(self.findings, self.knowledge, self.language, self.cite)
        return p.Page(
            language=self.language,
            title=_("Why does a muscle twitch? Assessment"),
            date=self.words.date(self.today),
            person=self.person(),
            words=plain(self.case.complaint.words or ""),
            case_source=plain(self.case.about.source or ""),
            urgency=urgency,
            emergency=self.emergency(urgency),
            movements=tuple(self.movement(m) for m in r.movements[:4]),
            movement_note="" if r.movements else _("The movement was not described. What it looks and feels like tells most."),
            sites=tuple(self.site(s) for s in r.sites),
            site_note="" if r.sites else _("Where it comes from cannot be told until a doctor has looked."),
            causes=causes,
            mechanisms=self.mechanisms(),
            unclassified=self.words.frequency(r.unclassified),
            cannot_tell=_("We cannot tell from these answers: none of the causes we know stands out.") if r.cannot_tell else "",
            ranking_open=_("The order of the first causes is open: doubtful numbers could turn it round.")
            if r.ranking_open
            else "",
            fasciculation=self.fasciculation(),
            feared=tuple(self.fear(f) for f in r.feared),
            unexplained=self.names(r.unexplained),
            ask_back=tuple(self.knowledge.content.traps[t].ask.in_language(self.language) for t in r.ask_back),
            questions=tuple(self.question(q) for q in r.questions),
            tests=tests,
            options=options,
            self_care=self_care,
            keep_medicines=tuple(self.knowledge.content.medicines[m].names.in_language(self.language) for m in r.keep_medicines),
            claims=claims,
            safety_net=self.safety_net(),
            recheck="" if r.urgency.level == "emergency" or urgency.too_early else self.words.date(self.later(r.recheck_days)),
            health_worry=self.health_worry(),
            genetic=self.genetic(),
            present=self.names(r.present),
            absent=in_short(r.absent, r, self.findings, self.knowledge, self.words),
            unknown=in_short(r.unknown, r, self.findings, self.knowledge, self.words),
            labs=tuple(self.lab(row) for row in self.case.labs),
            conduction=conduction_rows(self.findings.conduction, self.words, place=self.place, name=self.name, cite=self.cite),
            recordings=tuple(plain(x) for x in r.recordings),
            measured=measured,
            measured_lines=measured_lines(
                measured, left_told(r.recordings, self.findings.issues, self.case, self.language), self.language
            ),
            unmapped=tuple(plain(x) for x in r.unmapped),
            doubts=doubts_told(self.findings.issues, self.case, self.language, self.place),
            limits=self.limits(),
            sources=self.sources(),
            knowledge=r.knowledge,
            dropped=self.words.number(r.dropped_bound, 1),
            body=body_map(self.findings, self.knowledge, self.language),
        )

    def person(self, *, setting: bool = True) -> str:
        """Who it is about, in a line; with the setting or without."""
        person, _ = self.case.person, self._
        child = person.age_years is not None and person.age_years < 18
        sexes = {"female": _("girl") if child else _("woman"), "male": _("boy") if child else _("man"), "other": _("person")}
        parts = [sexes[person.sex]] if person.sex else []
        if person.age_years is not None:
            parts.append(self._age(person.age_years))
        return ", ".join([*parts, self.words.setting(person.setting)] if setting else parts)

    def _age(self, age: float) -> str:
        if age < 2:
            months = int(age * 12)
            return self.words.count("{n} month old", "{n} months old", months).format(n=months)
        years = int(age)
        return self.words.count("{n} year old", "{n} years old", years).format(n=years)

    def urgency(self) -> p.UrgencyView:
        """The rules that hold: those of the highest level in full, the others by name."""
        u, traps = self.result.urgency, self.knowledge.content.traps
        flags = self.knowledge.content.red_flags
        title, when = self.words.level(u.level, soonest(flags[rule.rule] for rule in u.rules if rule.level == u.level))
        low = u.level in ("self_care", "routine")
        alarms = self.result.alarms if u.level != "emergency" else ()
        too_early = u.level == "self_care" and bool(u.open or alarms)
        if too_early:
            title = self._("It cannot be said yet that no appointment is needed")
            when = self._("answer the open warning signs first; if one of them is true, call a doctor today")
        shown = [rule for rule in u.rules if rule.level == u.level and not too_early]
        shown.sort(key=lambda rule: flags[rule.rule].within is None)  # what says how soon is read first
        others = [rule for rule in u.rules if rule not in shown]
        return p.UrgencyView(
            level="routine" if too_early else u.level,
            title=title,
            when=when,
            too_early=too_early,
            waits=u.level == "self_care" and not too_early,
            rules=self.rules(shown),
            other_rules=self.rules(others),
            not_asked=self.names(u.not_asked),
            unknown=self.names(u.unknown),
            open=tuple(self.asked(name) for name in u.open) if low else (),
            alarms=tuple(traps[t].ask.in_language(self.language).replace("{number}", self.number) for t in alarms),
            signs="" if shown else self.signs_told(bool(alarms)),
        )

    def signs_told(self, alarms: bool) -> str:
        """Which warning signs were reported; that none was is said only where none is present and no word of theirs alarms."""
        asked = dict.fromkeys((*self.knowledge.content.must_ask, *grave_signs(self.knowledge)))
        present = [name for name in asked if self.findings.states.get(name) == "present"]
        if present:
            return self._("Warning signs that were reported: {signs}.").format(signs="; ".join(self.names(tuple(present))))
        return "" if alarms else self._("None of the warning signs was reported.")

    def asked(self, name: str) -> str:
        """How a finding is asked of a person."""
        finding = self.knowledge.findings[name]
        return (finding.ask or finding.names).in_language(self.language)

    def rules(self, fired: list[a.RuleFired]) -> tuple[p.RuleView, ...]:
        """Rules one after another; what they tell alike is said once."""
        flags = self.knowledge.content.red_flags
        told = advised([flags[rule.rule] for rule in fired], self.number, self.language)
        return tuple(map(self.rule, fired, told))

    def rule(self, fired: a.RuleFired, do: str) -> p.RuleView:
        """One rule, with what to do by it."""
        flag, content = self.knowledge.content.red_flags[fired.rule], self.knowledge.content
        return p.RuleView(
            title=flag.names.in_language(self.language),
            why=flag.why.in_language(self.language),
            do=do,
            who=content.contacts[flag.who].names.in_language(self.language),
            bring=tuple(content.items[i].names.in_language(self.language) for i in flag.bring),
            because=self.names(self.telling(fired.because)),
            source=self.cite(flag.source),
        )

    def emergency(self, urgency: p.UrgencyView) -> p.EmergencyView | None:
        """What to say and do now, where a rule of the highest level holds."""
        if urgency.level != "emergency":
            return None
        fired = [rule for rule in self.result.urgency.rules if rule.level == "emergency"]
        signs = self.names(self.telling(tuple(dict.fromkeys(sign for rule in fired for sign in rule.because))))
        rules = dict(zip((rule.rule for rule in fired), urgency.rules, strict=True))
        return emergency_view(self.case, self.person(setting=False), rules, signs, self.number, self.knowledge, self.language)

    def movement(self, m: a.MovementResult) -> p.MovementView:
        """One movement type."""
        plain = self.knowledge.content.movements[m.movement].plain.in_language(self.language)
        return p.MovementView(self.name(m.movement), plain, self.words.frequency(m.probability), m.probability)

    def site(self, s: a.SiteResult) -> p.SiteView:
        """One site; its name is the class, and the root, nerve or level with its side."""
        kind, *rest = s.site.split(":")
        site = self.knowledge.content.sites[kind]
        name = site.names.in_language(self.language)
        detail = [self._site_part(part) for part in rest]
        return p.SiteView(
            name=f"{name}: {', '.join(detail)}" if detail else name,
            text=site.explains.in_language(self.language),
            frequency=self.words.frequency(s.probability),
            explains=tuple(self.sign(x) for x in s.explains),
            unexplained=tuple(self.sign(x) for x in s.unexplained),
            expected=self.names(s.expected),
        )

    def _site_part(self, part: str) -> str:
        if part in ("left", "right"):
            return self.words.side(part)
        trunks = {
            "upper_trunk": self._("upper trunk"), "middle_trunk": self._("middle trunk"), "lower_trunk": self._("lower trunk"),
            "lumbar": self._("lumbar"), "sacral": self._("sacral"), "length_dependent": self._("longest nerves first"),
        }  # fmt: skip
        return trunks.get(part) or self.place(part)

    def sign(self, word: str) -> str:
        """A sign with its place."""
        kind, where, side = word.split(":")
        return self.words.sign(kind, self.place(where), side)

    def cause(self, c: a.CauseResult, rank: int) -> p.CauseView:
        """One cause with its reasons."""
        cause = self.knowledge.causes[c.cause]
        views = [evidence_view(item, c.cause, self.knowledge, self.language, self.cite) for item in c.evidence]
        return p.CauseView(
            id=c.cause,
            rank=rank,
            name=self.cause_name(c.cause),
            summary=cause.summary.in_language(self.language),
            band=self.words.band(c.band),
            band_id=c.band,
            frequency=self.words.frequency(c.probability),
            frequency_range=self.words.frequency_range(c.low, c.high),
            thousand=thousand(c.probability),
            probability=self.words.chance(c.probability),
            interval=f"{self.words.chance(c.low)} – {self.words.chance(c.high)}",
            urgency=self.words.level(cause.urgency)[0],
            dangerous=c.dangerous,
            for_it=tuple(v for v in views if v.decibans > 0),
            against=tuple(v for v in views if v.decibans < 0),
            not_known=self.names(c.not_known),
            companions=tuple(self.cause_name(x) for x in c.with_others),
            facts=tuple(self.fact(f) for f in cause.facts if f.note)[:6] if self.language == "en" else (),
        )

    def mechanisms(self) -> tuple[p.MechanismView, ...]:
        """What happens in the nerve in the first causes that have a chance, each mechanism once; nothing of it in an emergency."""
        if self.result.urgency.level == "emergency":
            return ()
        known, found = self.knowledge.mechanism_of, dict[str, p.MechanismView]()
        for c in self.result.causes[:3]:
            if c.band != "very_unlikely" and c.cause in known and known[c.cause].id not in found:
                one = known[c.cause]
                found[one.id] = mechanism_view(one, c.cause, self.cause_name(c.cause), self.language, self.cite)
        return tuple(found.values())[:2]

    def fact(self, fact: object) -> p.NamedText:
        """A number that is shown and not computed with; its note is the source's own term and stays as it is."""
        value, note = getattr(fact, "value", None), getattr(fact, "note", "") or ""
        shown = self.words.number(float(value), 3) if isinstance(value, int | float) else ""
        return p.NamedText(shown, note, f"{self.cite(fact.source)}; {self.words.trust(fact.trust)}")  # type: ignore[attr-defined]

    def fasciculation(self) -> p.FasciculationView | None:
        """The verdict on fasciculation."""
        f, _ = self.result.fasciculation, self._
        if f is None or self.result.urgency.level == "emergency":
            return None
        if f.speaks_pathological:
            verdict = _("Some answers go beyond a harmless twitch and need an examination.")
        elif f.pathological < self.knowledge.number("pathological_little"):
            verdict = _(
                "As you tell it, this fits a harmless fasciculation far better than one that comes from ill nerves or motor cells."
            )
        else:
            verdict = _("These answers alone do not tell well if the fasciculation is harmless or not.")
        frequency = self.words.frequency(f.pathological)
        share = _("A cause in nerve, root or motor cells would be expected in {frequency}.").format(frequency=frequency)
        return p.FasciculationView(
            verdict=f"{verdict} {share}",
            benign=tuple(self.speaks(n) for n in f.speaks_benign),
            pathological=tuple(self.speaks(n) for n in f.speaks_pathological),
            missing=self.names(f.missing),
        )

    def speaks(self, finding: str) -> str:
        """A finding with its state, as in 'weakness: absent'."""
        state = self.findings.states.get(finding, "unknown")
        return f"{self.name(finding)}: {self.words.state(state)}" if state != "unknown" else self.name(finding)

    def fear(self, f: a.FearAnswered) -> p.FearView:
        """A feared cause, answered."""
        n, _ = thousand(f.probability), self._
        sentence = (
            _("{name} was considered: fewer than 1 of 1,000 people with answers like yours.")
            if n == 0
            else _("{name} was considered: about {n} of 1,000 people with answers like yours.")
        )
        return p.FearView(
            name=self.cause_name(f.cause),
            sentence=sentence.format(name=self.cause_name(f.cause), n=n),
            thousand=n,
            against=tuple(self.named_evidence(x) for x in f.against),
            for_it=tuple(self.named_evidence(x) for x in f.for_it),
            would_change=self.names(f.would_change),
        )

    def named_evidence(self, name: str) -> str:
        """A finding or a circumstance by name and state."""
        return self.speaks(name) if name in self.knowledge.findings else self.words.state(name)

    def question(self, q: a.NextStep) -> p.StepView:
        """A question worth asking next."""
        finding = self.knowledge.findings[q.id]
        group = self.knowledge.content.groups[finding.group]
        text = finding.ask.in_language(self.language) if finding.ask else self.name(q.id)
        why = (finding.why or group.why).in_language(self.language)
        return p.StepView(self.name(q.id), text, why, self.separates(q), self.words.number(q.gain_bits, 2))

    def separates(self, step: a.NextStep) -> str:
        """What an answer would tell apart."""
        if len(step.separates) < 2:
            return ""
        first, second = (self.cause_name(c) for c in step.separates)
        return self._("tells {first} from {second}").format(first=first, second=second)

    def tests(self) -> tuple[p.StepView, ...]:
        """The tests worth having next."""
        pool = self.knowledge.content.tests
        return tuple(
            p.StepView(
                pool[t.id].names.in_language(self.language), pool[t.id].what.in_language(self.language), "",
                self.separates(t), self.words.number(t.gain_bits, 2),
            )
            for t in self.result.tests
        )  # fmt: skip

    def options(self) -> tuple[p.NamedText, ...]:
        """Options for the talk with a clinician."""
        pool, out = self.knowledge.content.options, []
        for name in self.result.options:
            option = pool[name]
            grade = f"{self.words.evidence(option.evidence)}; {self.cite(option.source)}"
            text = option.what.in_language(self.language)
            caution = f" {option.caution.in_language(self.language)}" if option.caution else ""
            out.append(p.NamedText(option.names.in_language(self.language), text + caution, grade))
        return tuple(out)

    def self_care(self) -> tuple[p.SelfCareView, ...]:
        """What one can do oneself."""
        pool, out = self.knowledge.content.self_care, []
        for name in self.result.self_care:
            item = pool[name]
            out.append(
                p.SelfCareView(
                    name=item.names.in_language(self.language),
                    text=item.what.in_language(self.language),
                    caution=item.caution.in_language(self.language) if item.caution else "",
                    evidence=f"{self.words.evidence(item.evidence)}; {self.cite(item.source)}",
                    steps=tuple(step.in_language(self.language) for step in item.steps),
                    picture=item.picture or "",
                )
            )
        return tuple(out)

    def claim(self, name: str) -> p.ClaimView:
        """A false claim and what holds instead."""
        claim = self.knowledge.content.claims[name]
        return p.ClaimView(claim.heard.in_language(self.language), claim.truth.in_language(self.language), self.cite(claim.source))

    def safety_net(self) -> tuple[str, ...]:
        """What should bring the person back sooner, and how fast."""
        if self.result.urgency.level == "emergency":
            return ()
        return safety_net(self.case.person.age_years, self.number, self.knowledge, self.language)

    def health_worry(self) -> str:
        """Help for worry, offered beside the medical result and never instead of it."""
        worried = any(self.findings.present(x) for x in ("health_worry_mnd", "self_testing", "anxiety", "panic_attacks"))
        if not worried:
            return ""
        return self._(
            "Worry about such twitching is very common and tiring in itself. A doctor or psychologist can help with the worry as "
            "well as with the muscle. Checking again will not make the answer more certain before the date below."
        )

    def genetic(self) -> str:
        """What speaks for an inherited cause outside our list."""
        clues = [c for c in self.result.genetic_clues if c != "unmapped_features"]
        if not self.result.genetic_clues:
            return ""
        text = self._("Some signs point to a cause that runs in families. It may not be on our list. A doctor for genetics can "
                      "look further.")  # fmt: skip
        return f"{text} ({'; '.join(self.name(c) for c in clues)})" if clues else text

    def later(self, days: int) -> dt.date:
        """So many days from now, or the last day that a calendar has: a clock may stand anywhere."""
        return self.today + dt.timedelta(days=min(days, (dt.date.max - self.today).days))

    def lab(self, row: Lab) -> p.LabView:
        """One laboratory row; one that we do not know stands as it was written."""
        known = self.knowledge.lab_names.get(row.analyte.strip().casefold())
        value = f"{self.words.number(row.value, 4)} {row.unit}"
        if known is None:
            return p.LabView(row.analyte, value, "", "")
        lab = self.knowledge.content.labs[known]
        hits = [rule.id for rule in lab.rules if self.findings.present(rule.id)]
        low = row.low if row.low is not None else lab.low.value if lab.low else None
        high = row.high if row.high is not None else lab.high.value if lab.high else None
        unit = row.unit if row.low is not None or row.high is not None else lab.unit
        limits = " – ".join("" if x is None else self.words.number(x, 3) for x in (low, high))
        flag = f"▲ {self.name(hits[-1])}" if hits else ""
        return p.LabView(lab.names.in_language(self.language), value, f"{limits} {unit}".strip(" –"), flag)

    def limits(self) -> tuple[str, ...]:
        """What this is and what it cannot see."""
        _ = self._
        return (
            _("This is for research and education. It measures, explains and advises whom to see. It does not diagnose and it "
              "does not replace a clinician."),
            _("Most chances are our estimates. No study has followed people with twitching from the start. Beside each number "
              "stands where it comes from."),
            _("It sees only what was told. What was not asked is not counted as absent."),
            _("Do not start, stop or change a medicine because of this page; talk to the person who prescribed it."),
            _("Nothing you entered has left this computer."),
        )  # fmt: skip

    def sources(self) -> tuple[p.SourceView, ...]:
        """Every source that was cited, in order."""
        pool = self.knowledge.content.sources
        rows = [(key, pool[key]) for key in self.cited if pool[key].kind not in ("memory", "estimate")]
        return tuple(p.SourceView(key, long_source(source), source_link(source)) for key, source in rows)
