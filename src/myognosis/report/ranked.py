"""The parts of the page that rank: movements, sites, causes with their reasons, and the feared cause answered."""

from myognosis.knowledge.schema import Cause
from myognosis.language import mark
from myognosis.model import assessment as a
from myognosis.report import page as p
from myognosis.report.mechanism import mechanism_view
from myognosis.report.reasons import evidence_view
from myognosis.report.teller import Teller
from myognosis.report.words import thousand

__all__ = ["cause_view", "fasciculation_view", "fear_view", "mechanism_views", "movement_view", "site_view"]


_NO_DIAGNOSIS = mark(
    "This is no diagnosis: only an examination and tests can make it. Some illnesses that can be treated look alike."
)


def movement_view(t: Teller, m: a.MovementResult) -> p.MovementView:
    """One movement type."""
    plain = t.knowledge.content.movements[m.movement].plain.in_language(t.language)
    return p.MovementView(t.name(m.movement), plain, t.words.frequency(m.probability), m.probability)


def site_view(t: Teller, s: a.SiteResult) -> p.SiteView:
    """One site; its name is the class, and the root, nerve or level with its side."""
    kind, *rest = s.site.split(":")
    site = t.knowledge.content.sites[kind]
    name = site.names.in_language(t.language)
    detail = [_site_part(t, part) for part in rest]
    return p.SiteView(
        name=f"{name}: {', '.join(detail)}" if detail else name,
        text=site.explains.in_language(t.language),
        frequency=t.words.frequency(s.probability),
        explains=tuple(_sign(t, x) for x in s.explains),
        unexplained=tuple(_sign(t, x) for x in s.unexplained),
        expected=t.names(s.expected),
    )


def _site_part(t: Teller, part: str) -> str:
    if part in ("left", "right"):
        return t.words.side(part)
    trunks = {
        "upper_trunk": t._("upper trunk"), "middle_trunk": t._("middle trunk"), "lower_trunk": t._("lower trunk"),
        "lumbar": t._("lumbar"), "sacral": t._("sacral"), "length_dependent": t._("longest nerves first"),
    }  # fmt: skip
    return trunks.get(part) or t.place(part)


def _sign(t: Teller, word: str) -> str:
    """A sign with its place."""
    kind, where, side = word.split(":")
    return t.words.sign(kind, t.place(where), side)


def cause_view(t: Teller, c: a.CauseResult, rank: int) -> p.CauseView:
    """One cause with its reasons."""
    cause = t.knowledge.causes[c.cause]
    views = [evidence_view(item, c.cause, t.knowledge, t.language, t.cite) for item in c.evidence]
    return p.CauseView(
        id=c.cause,
        rank=rank,
        name=t.cause_name(c.cause),
        summary=_summary(t, cause),
        caution=t._(_NO_DIAGNOSIS) if rank == 1 and c.cause in t.knowledge.content.fears else "",
        band=t.words.band(c.band),
        band_id=c.band,
        frequency=t.words.frequency(c.probability),
        frequency_range=t.words.frequency_range(c.low, c.high),
        thousand=thousand(c.probability),
        probability=t.words.chance(c.probability),
        interval=f"{t.words.chance(c.low)} – {t.words.chance(c.high)}",
        urgency=t.words.level(cause.urgency)[0],
        dangerous=c.dangerous,
        for_it=tuple(v for v in views if v.decibans > 0),
        against=tuple(v for v in views if v.decibans < 0),
        not_known=t.names(c.not_known),
        companions=tuple(t.words.inside(t.cause_name(x)) for x in c.with_others),
        facts=tuple(_fact(t, f) for f in cause.facts if f.note)[:6] if t.language == "en" else (),
    )


def _summary(t: Teller, cause: Cause) -> str:
    """What it is; where it was measured, that it is there is not in question, only what it does."""
    summary = cause.summary.in_language(t.language)
    if cause.state not in t.result.present:
        return summary
    there = t._("It is there by what was found in you. The number says how likely it is to make this movement.")
    return f"{summary} {there}"


def _fact(t: Teller, fact: object) -> p.NamedText:
    """A number that is shown and not computed with; its note is the source's own term and stays as it is."""
    value, note = getattr(fact, "value", None), getattr(fact, "note", "") or ""
    shown = t.words.number(float(value), 3) if isinstance(value, int | float) else ""
    return p.NamedText(shown, note, f"{t.cite(fact.source)}; {t.words.trust(fact.trust)}")  # type: ignore[attr-defined]


def mechanism_views(t: Teller) -> tuple[p.MechanismView, ...]:
    """What happens in the nerve in the first causes that have a chance, each mechanism once; nothing of it in an emergency."""
    if t.result.urgency.level == "emergency":
        return ()
    known, found = t.knowledge.mechanism_of, dict[str, p.MechanismView]()
    for c in t.result.causes[:3]:
        if c.band != "very_unlikely" and c.cause in known and known[c.cause].id not in found:
            one = known[c.cause]
            found[one.id] = mechanism_view(one, c.cause, t.cause_name(c.cause), t.language, t.cite)
    return tuple(found.values())[:2]


def fasciculation_view(t: Teller) -> p.FasciculationView | None:
    """The verdict on fasciculation."""
    f, _ = t.result.fasciculation, t._
    if f is None or t.result.urgency.level == "emergency":
        return None
    if f.speaks_pathological:
        verdict = _("Some answers go beyond a harmless twitch and need an examination.")
    elif f.pathological < t.knowledge.number("pathological_little"):
        verdict = _("As you tell it, this fits harmless twitches. It fits twitches from ill nerves or motor cells far less.")
    else:
        verdict = _("These answers alone do not tell well if the fasciculation is harmless or not.")
    n = thousand(f.pathological)
    share = (
        _("A cause in nerve, root or motor cells would be expected in about {n} of 1,000 people with answers like yours.")
        if n
        else _("A cause in nerve, root or motor cells would be expected in fewer than 1 of 1,000 people with answers like yours.")
    ).format(n=n)
    return p.FasciculationView(
        verdict=f"{verdict} {share}",
        benign=tuple(t.speaks(n) for n in f.speaks_benign),
        pathological=tuple(t.speaks(n) for n in f.speaks_pathological),
        missing=t.names(f.missing),
    )


def fear_view(t: Teller, f: a.FearAnswered) -> p.FearView:
    """A feared cause, answered."""
    n, _ = thousand(f.probability), t._
    sentence = (
        _("{name} was considered: fewer than 1 of 1,000 people with answers like yours.")
        if n == 0
        else _("{name} was considered: about {n} of 1,000 people with answers like yours.")
    )
    return p.FearView(
        name=t.cause_name(f.cause),
        sentence=sentence.format(name=t.cause_name(f.cause), n=n),
        thousand=n,
        against=tuple(t.named_evidence(x) for x in f.against),
        for_it=tuple(t.named_evidence(x) for x in f.for_it),
        would_change=t.names(f.would_change),
    )
