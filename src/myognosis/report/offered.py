"""The parts of the page that offer: what to ask and test next, options, self-care, and what holds instead of false claims."""

from myognosis.model import assessment as a
from myognosis.report import page as p
from myognosis.report.teller import Teller
from myognosis.report.words import small

__all__ = ["claim_view", "medicine_views", "option_views", "question_view", "self_care_views", "test_views"]


def question_view(t: Teller, q: a.NextStep) -> p.StepView:
    """A question worth asking next."""
    finding = t.knowledge.findings[q.id]
    group = t.knowledge.content.groups[finding.group]
    text = finding.ask.in_language(t.language) if finding.ask else t.name(q.id)
    why = (finding.why or group.why).in_language(t.language)
    return p.StepView(t.name(q.id), text, why, _separates(t, q), t.words.number(q.gain_bits, 2))


def _separates(t: Teller, step: a.NextStep) -> str:
    """What an answer would tell apart."""
    if len(step.separates) < 2:
        return ""
    first, second = (t.cause_name(c).translate(_WITHIN) for c in step.separates)
    return t._("tells {first} from {second}").format(first=first, second=second)


_WITHIN = str.maketrans("«»", "„“")
"""Quotation marks within others."""


def test_views(t: Teller) -> tuple[p.StepView, ...]:
    """The tests worth having next."""
    pool = t.knowledge.content.tests
    return tuple(
        p.StepView(
            pool[test.id].names.in_language(t.language), pool[test.id].what.in_language(t.language), "",
            _separates(t, test), t.words.number(test.gain_bits, 2),
        )
        for test in t.result.tests
    )  # fmt: skip


def option_views(t: Teller) -> tuple[p.NamedText, ...]:
    """Options for the talk with a clinician."""
    pool, out = t.knowledge.content.options, []
    for name in t.result.options:
        option = pool[name]
        grade = f"{t.words.evidence(option.evidence)}; {t.cite(option.source)}"
        text = option.what.in_language(t.language)
        caution = f" {option.caution.in_language(t.language)}" if option.caution else ""
        out.append(p.NamedText(option.names.in_language(t.language), text + caution, grade))
    return tuple(out)


def self_care_views(t: Teller) -> tuple[p.SelfCareView, ...]:
    """What one can do oneself."""
    pool, out = t.knowledge.content.self_care, []
    for name in t.result.self_care:
        item = pool[name]
        out.append(
            p.SelfCareView(
                name=item.names.in_language(t.language),
                text=item.what.in_language(t.language),
                caution=item.caution.in_language(t.language) if item.caution else "",
                evidence=f"{t.words.evidence(item.evidence)}; {t.cite(item.source)}",
                steps=tuple(step.in_language(t.language) for step in item.steps),
                picture=item.picture or "",
            )
        )
    return tuple(out)


def medicine_views(t: Teller) -> tuple[p.NamedText, ...]:
    """The movements that each medicine in use can make, and where that is from; nothing of it in an emergency."""
    if t.result.urgency.level == "emergency":
        return ()
    taken, sources = (
        [t.knowledge.content.medicines[name] for name in dict.fromkeys(t.findings.medicines)],
        t.knowledge.content.sources,
    )
    return tuple(
        p.NamedText(
            medicine.names.in_language(t.language),
            "; ".join(small(t.spoken(name)) for name in medicine.makes),
            t.cite(medicine.source)
            + ("" if sources[medicine.source].kind in ("estimate", "memory") else f"; {t.words.trust(medicine.trust)}"),
        )
        for medicine in taken
        if medicine.makes
    )


def claim_view(t: Teller, name: str) -> p.ClaimView:
    """A false claim and what holds instead."""
    claim = t.knowledge.content.claims[name]
    return p.ClaimView(claim.heard.in_language(t.language), claim.truth.in_language(t.language), t.cite(claim.source))
