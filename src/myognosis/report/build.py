"""From an assessment to a page: every id becomes a word, every number a form that its reader can use."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from myognosis.knowledge import Knowledge
from myognosis.knowledge.calling import emergency_numbers, one_of
from myognosis.language import Language, catalogue
from myognosis.model import assessment as a
from myognosis.model.case import Case, Lab
from myognosis.model.finding import Findings
from myognosis.reason.movement import only_movement
from myognosis.reason.terms import Term
from myognosis.reason.triage import grave_signs
from myognosis.report import page as p
from myognosis.report.bodymap import body_map
from myognosis.report.cited import long_source, source_link
from myognosis.report.conduction import conduction_lines, conduction_rows
from myognosis.report.labunits import lab_unit
from myognosis.report.measured import measured_lines, measured_views
from myognosis.report.needle import needle_lines, needle_rows
from myognosis.report.offered import claim_view, medicine_views, option_views, question_view, self_care_views, test_views
from myognosis.report.onepage import in_short
from myognosis.report.ranked import cause_view, fasciculation_view, fear_view, mechanism_views, movement_view, site_view
from myognosis.report.teller import Teller
from myognosis.report.unsettled import doubts_told, left_told
from myognosis.report.urgent import emergency_told, safety_told, urgency_view
from myognosis.report.words import plain
from myognosis.report.written import term_label

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
    page = _page(Teller(result, case, findings, knowledge, language, today, number))
    told = result.present or result.absent or findings.signs or findings.measured or findings.conduction or case.needle
    return page if told else _without_ranking(page, catalogue(language).gettext)


def _without_ranking(page: p.Page, _: Callable[[str], str]) -> p.Page:
    """The page where nothing was told: how often causes are among all people says nothing of this person."""
    none = _("Nothing was told yet, so nothing can be said of what may explain it.")
    return replace(page, causes=(), movements=(), mechanisms=(), feared=(), unclassified="", cannot_tell=none, ranking_open="")


def _cannot_tell(t: Teller) -> str:
    """Why no cause is named before the others."""
    if only_movement(t.findings, t.knowledge):
        return t._("The movement alone does not tell the cause. What you feel, what you take and an examination decide.")
    return t._("We cannot tell from these answers: none of the causes we know stands out.")


def _page(t: Teller) -> p.Page:
    """The whole."""
    r, _ = t.result, t._
    causes = tuple(cause_view(t, c, rank) for rank, c in enumerate(r.causes, 1))
    urgency = urgency_view(t)
    tests, options, self_care = test_views(t), option_views(t), self_care_views(t)
    claims = tuple(claim_view(t, c) for c in r.claims)
    measured = measured_views(t.findings, t.knowledge, t.language, t.cite)
    return p.Page(
        language=t.language,
        title=_("Why does a muscle twitch? Assessment"),
        date=t.words.date(t.today),
        person=t.person(),
        words=plain(t.case.complaint.words or ""),
        case_source=plain(t.case.about.source or ""),
        urgency=urgency,
        emergency=emergency_told(t, urgency),
        movements=tuple(movement_view(t, m) for m in r.movements[:4]),
        movement_note="" if r.movements else _("The movement was not described. What it looks and feels like tells most."),
        sites=tuple(site_view(t, s) for s in r.sites),
        site_note="" if r.sites else _("Where it comes from cannot be told until a doctor has looked."),
        causes=causes,
        mechanisms=mechanism_views(t),
        unclassified=t.words.frequency(r.unclassified),
        cannot_tell=_cannot_tell(t) if r.cannot_tell else "",
        ranking_open=_("The order of the first causes is open: doubtful numbers could turn it round.") if r.ranking_open else "",
        fasciculation=fasciculation_view(t),
        feared=tuple(fear_view(t, f) for f in r.feared),
        unexplained=t.names(r.unexplained),
        ask_back=_ask_back(t),
        questions=tuple(question_view(t, q) for q in r.questions),
        tests=tests,
        options=options,
        self_care=self_care,
        medicines=medicine_views(t),
        keep_medicines=tuple(t.knowledge.content.medicines[m].names.in_language(t.language) for m in r.keep_medicines),
        claims=claims,
        safety_net=safety_told(t),
        recheck="" if r.urgency.level == "emergency" or urgency.too_early else t.words.date(_later(t, r.recheck_days)),
        health_worry=_health_worry(t),
        genetic=_genetic(t),
        present=t.names(r.present),
        absent=in_short(r.absent, r, t.findings, t.knowledge, t.words),
        unknown=in_short(r.unknown, r, t.findings, t.knowledge, t.words),
        labs=tuple(_lab(t, row) for row in t.case.labs),
        conduction=conduction_rows(
            t.findings.conduction, t.words, place=t.place, name=t.name, cite=t.cite, measured=t.findings.measured
        ),
        conduction_lines=conduction_lines(t.findings.conduction, t.words, place=t.place, name=t.name),
        needle=needle_rows(t.case.needle, t.words, place=t.place, name=t.name),
        needle_lines=needle_lines(t.case.needle, t.words, place=t.place),
        recordings=tuple(plain(x) for x in r.recordings),
        measured=measured,
        measured_lines=measured_lines(measured, left_told(r.recordings, t.findings.issues, t.case, t.language), t.language),
        unmapped=tuple(plain(x) for x in r.unmapped),
        doubts=doubts_told(t.findings.issues, t.case, t.language, t.place),
        limits=_limits(t),
        sources=_sources(t),
        knowledge=r.knowledge,
        dropped=t.words.number(r.dropped_bound, 1),
        body=body_map(t.findings, t.knowledge, t.language),
    )


def _ask_back(t: Teller) -> tuple[str, ...]:
    """Words that mean several things, and what was read and not confirmed: of who answered questions only warning signs."""
    asked = tuple(t.knowledge.content.traps[trap].ask.in_language(t.language) for trap in t.result.ask_back)
    grave = {*t.knowledge.content.must_ask, *grave_signs(t.knowledge)}
    asked_for = [x for x in t.result.written if x.name in grave or (not t.case.answers and x.kind in ("finding", "medicine"))]
    told = [Term(x.kind, x.name, x.wrote) for x in asked_for]
    read = [term_label(term, t.knowledge, t.language) for term in told]
    if not read or t.result.urgency.level == "emergency":
        return asked
    return (t._("We read this in your words. It counts only once you confirm it: {terms}.").format(terms="; ".join(read)), *asked)


def _health_worry(t: Teller) -> str:
    """Help for worry, offered beside the medical result and never instead of it."""
    worried = any(t.findings.present(x) for x in ("health_worry_mnd", "self_testing", "anxiety", "panic_attacks"))
    if not worried:
        return ""
    return t._(
        "Worry about such twitching is very common and tiring in itself. A doctor or psychologist can help with the worry as "
        "well as with the muscle. Checking again will not make the answer more certain before the date below."
    )


def _genetic(t: Teller) -> str:
    """What speaks for an inherited cause outside our list."""
    clues = [c for c in t.result.genetic_clues if c != "unmapped_features"]
    if not t.result.genetic_clues:
        return ""
    text = t._("Some signs point to a cause that runs in families. It may not be on our list. A doctor for genetics can "
                  "look further.")  # fmt: skip
    return f"{text} ({'; '.join(t.name(c) for c in clues)})" if clues else text


def _later(t: Teller, days: int) -> dt.date:
    """So many days from now, or the last day that a calendar has: a clock may stand anywhere."""
    return t.today + dt.timedelta(days=min(days, (dt.date.max - t.today).days))


def _lab(t: Teller, row: Lab) -> p.LabView:
    """One laboratory row; one that we do not know stands as it was written."""
    known = t.knowledge.lab_names.get(row.analyte.strip().casefold())
    value = f"{t.words.number(row.value, 4)} {lab_unit(row.unit, t.language)}".strip()
    if known is None:
        return p.LabView(row.analyte, value, "", "")
    lab = t.knowledge.content.labs[known]
    hits = [rule.id for rule in lab.rules if t.findings.present(rule.id)]
    low = row.low if row.low is not None else lab.low.value if lab.low else None
    high = row.high if row.high is not None else lab.high.value if lab.high else None
    unit = row.unit if row.low is not None or row.high is not None else lab.unit
    limits = " – ".join("" if x is None else t.words.number(x, 3) for x in (low, high))
    same = [other for other in t.case.labs if t.knowledge.lab_names.get(other.analyte.strip().casefold()) == known]
    past = row.on is not None and any(other.on and other.on > row.on for other in same)
    flag = t._("Not weighed: there is a newer one.") if past else f"▲ {t.name(hits[-1])}" if hits else ""
    name = lab.names.in_language(t.language) + (f", {t.words.date(row.on)}" if row.on else "")
    return p.LabView(name, value, f"{limits} {lab_unit(unit, t.language)}".strip(" –"), flag)


def _limits(t: Teller) -> tuple[str, ...]:
    """What this is and what it cannot see."""
    _ = t._
    return (
        _("This is for research and education. It measures, explains and advises whom to see. It does not diagnose and it "
          "does not replace a clinician."),
        _("Most chances are our estimates. No study has followed people with twitching from the start. Beside each number "
          "stands where it comes from."),
        _("It sees only what was told. What was not asked is not counted as absent."),
        _("Do not start, stop or change a medicine because of this page; talk to the person who prescribed it."),
        _("Nothing you entered has left this computer."),
    )  # fmt: skip


def _sources(t: Teller) -> tuple[p.SourceView, ...]:
    """Every source that was cited, in order."""
    pool = t.knowledge.content.sources
    rows = [(key, pool[key]) for key in t.cited if pool[key].kind not in ("memory", "estimate")]
    return tuple(p.SourceView(key, long_source(source), source_link(source)) for key, source in rows)
