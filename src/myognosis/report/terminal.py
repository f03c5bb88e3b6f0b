"""The report in a terminal: plain words in reading order, wrapped to the width, without colour when piped."""

import textwrap
from collections.abc import Iterable, Iterator

from myognosis.language import catalogue
from myognosis.report.page import CauseView, Page

__all__ = ["render_emergency", "render_summary", "render_terminal"]


def render_terminal(page: Page, width: int = 88) -> str:
    """The page as text."""
    return "\n".join(_Writer(page, width).lines()) + "\n"


def render_emergency(page: Page, width: int = 88) -> str:
    """What to do in an emergency as text: whom to call and why, what to say, what to do until help is there."""
    return "\n".join(_Writer(page, width).emergency()) + "\n"


def render_summary(page: Page, width: int = 88) -> str:
    """One page for the doctor as text."""
    return "\n".join(_Writer(page, width).summary()) + "\n"


class _Writer:
    """Writes one part after the other."""

    def __init__(self, page: Page, width: int) -> None:
        self.page, self.width = page, max(40, width)
        self._ = catalogue(page.language).gettext

    def lines(self) -> Iterator[str]:
        """Every line of the report."""
        page, _ = self.page, self._
        again = _("If nothing changes, look again on")
        yield from (page.title, f"{page.date} · {page.person}", "")
        yield from self.emergency()
        if page.emergency:
            yield from ("", "=" * min(self.width, 72), _("For the doctor: what may explain it"))
        yield from self.listing(_("Please tell us"), page.ask_back)
        moves = [f"{m.name}: {m.frequency}. {m.plain}" for m in page.movements[:3]]
        yield from self.listing(_("What kind of movement"), moves or [page.movement_note])
        yield from self.listing(_("Where it may arise"), (f"{s.name}: {s.frequency}" for s in page.sites[:3]))
        yield from self.heading(_("What may explain it"))
        yield from self.wrapped(page.cannot_tell)
        yield from self.wrapped(page.ranking_open)
        for cause in page.causes:
            if cause.rank <= 3 or cause.dangerous:
                yield from self.cause(cause)
        yield from self.wrapped(f"{_('None of the causes we know')}: {page.unclassified}." if page.unclassified else "")
        if page.fasciculation:
            yield from self.heading(_("Harmless or not?"))
            yield from self.wrapped(page.fasciculation.verdict)
        yield from self.fears()
        yield from self.wrapped(page.health_worry)
        yield from self.listing(_("What would help most to know"), (f"{q.text} {_bracket(q.separates)}" for q in page.questions))
        yield from self.listing(_("Tests a clinician may consider"), (f"{t.name} {_bracket(t.separates)}" for t in page.tests))
        yield from self.listing(
            _("What can be done, to talk over with a clinician"), (f"{o.name}. {o.text}" for o in page.options[:5])
        )
        yield from self.listing(_("What you can do yourself"), (f"{s.name}. {s.text} {s.caution}" for s in page.self_care[:5]))
        yield from self.listing(_("What your medicines can do to movement"), (f"{m.name}: {m.text}." for m in page.medicines))
        stop = ", ".join(page.keep_medicines)
        yield from self.wrapped(f"{_('Never stop these suddenly; talk first to whoever prescribed them')}: {stop}." if stop else "")
        yield from self.listing(
            _("What you may have read"), (f"{_('You may have read that')} {c.heard}. {c.truth}" for c in page.claims[:3])
        )
        yield from self.listing(_("When to come back, and how fast"), page.safety_net)
        yield from self.wrapped(f"{again} {page.recheck}" if page.recheck else "")
        yield from self.listing(_("Measured in the recordings"), page.measured_lines)
        yield from self.listing(_("Beside what was published"), (line for m in page.measured for line in m.beside))
        yield from self.listing(_("Doubts about the entries"), page.doubts)
        yield from self.listing(_("Limits"), page.limits)

    def emergency(self) -> Iterator[str]:
        """The urgency, and in an emergency what to say and to do until help is there."""
        yield from self.urgency()
        if self.page.emergency:
            yield from self.listing(self.page.emergency.say_title, self.page.emergency.say)
            yield from self.listing(self.page.emergency.until_title, self.page.emergency.until)

    def summary(self) -> Iterator[str]:
        """What a doctor needs to know, on one page."""
        page, _ = self.page, self._
        yield from (_("One page for the doctor"), f"{page.date} · {page.person}", "")
        yield from self.wrapped(f"{page.urgency.title}. {'; '.join(rule.title for rule in page.urgency.rules)}")
        calm = page.urgency.level != "emergency"
        told = (
            ("", "" if calm else " ".join(rule.do for rule in page.urgency.rules if rule.do)),
            (_("In the person's words"), page.words),
            (_("Present"), "; ".join(page.present) or "–"),
            (_("Absent"), "; ".join(page.absent) or "–"),
            (_("Asked, not known"), "; ".join(page.unknown) or "–"),
            (_("First causes"), "; ".join(f"{c.name} ({c.band})" for c in page.causes[:3]) if calm else ""),
            (_("Most telling next"), "; ".join(t.name for t in page.tests) if calm else ""),
            (_("Nerve conduction"), "; ".join(page.conduction_lines)),
            (_("Needle EMG, as reported"), "; ".join(page.needle_lines)),
            (_("Measured in the recordings"), "; ".join(page.measured_lines)),
            (_("Features outside our vocabulary"), "; ".join(page.unmapped)),
            (_("Case"), page.case_source),
        )
        for label, text in told:
            yield from self.wrapped(f"{label}: {text}" if label and text else text)
        yield ""
        yield from self.wrapped(page.limits[0])

    def urgency(self) -> Iterator[str]:
        """Urgency first."""
        page, _ = self.page, self._
        yield from ("=" * min(self.width, 72), page.urgency.title.upper(), "=" * min(self.width, 72))
        for alarm in page.urgency.alarms:
            yield from self.wrapped(alarm)
        if page.urgency.open:
            yield from self.listing(
                _("These were not asked or not known. If one of them is true, call a doctor today"), page.urgency.open
            )
            yield ""
        yield from self.together()
        for rule in () if page.emergency else page.urgency.rules[:4]:
            yield from self.wrapped(f"{rule.title}. {rule.do}")
            yield from self.wrapped(f"{_('Who to see')}: {rule.who}. {rule.why}", "  ")
            yield from self.wrapped(f"{_('Because of')}: {'; '.join(rule.told)}." if rule.told else "", "  ")
            yield from self.wrapped(f"{_('Bring')}: {'; '.join(rule.bring)}." if rule.bring else "", "  ")
        yield from self.wrapped(page.urgency.signs)
        if page.urgency.unknown:
            text = _("You could not answer these warning signs; if any is true, act on it at once")
            yield from self.wrapped(f"{text}: {'; '.join(page.urgency.unknown_told)}.")

    def together(self) -> Iterator[str]:
        """What the rules of an emergency tell, once, then the reasons."""
        now, _ = self.page.emergency, self._
        if now is None:
            return
        yield from self.wrapped(now.do)
        bring = f" {_('Bring')}: {'; '.join(now.bring)}." if now.bring else ""
        yield from self.wrapped(f"{_('Who to see')}: {now.who}.{bring}", "  ")
        for reason in now.reasons:
            because = f" {_('Because of')}: {reason.note}." if reason.note else ""
            yield from self.wrapped(f"{reason.name}. {reason.text}{because}", "  ", "- ")

    def cause(self, cause: CauseView) -> Iterator[str]:
        """One cause with its reasons."""
        _ = self._
        number = f"{cause.rank}. " if cause.rank <= 3 else "– "
        span = f" ({cause.frequency_range})" if cause.frequency_range else ""
        yield from self.wrapped(f"{number}{cause.name} ({cause.band}): {cause.frequency}{span}.")
        yield from self.wrapped(f"{cause.summary} {cause.caution}".strip(), "   ")
        for title, items in ((_("Speaks for it"), cause.for_it), (_("Speaks against it"), cause.against)):
            shown = "; ".join(f"{e.stated} ({e.strength})" for e in [e for e in items if e.kind != "setting"][:5])
            yield from self.wrapped(f"{title}: {shown}." if shown else "", "   ")
        both = _("Perhaps both at once, together with")
        yield from self.wrapped(f"{both}: {'; '.join(cause.companions)}." if cause.companions else "", "   ")
        yield from self.wrapped(f"{_('Not known yet')}: {'; '.join(cause.not_known[:5])}." if cause.not_known else "", "   ")

    def fears(self) -> Iterator[str]:
        """What people fear, answered."""
        if self.page.feared:
            yield from self.heading(self._("What people fear, answered"))
        for fear in self.page.feared:
            yield from self.wrapped(fear.sentence)
            yield from self.wrapped(f"{self._('Against it')}: {'; '.join(fear.against)}." if fear.against else "", "  ")
            yield from self.wrapped(f"{self._('For it')}: {'; '.join(fear.for_it)}." if fear.for_it else "", "  ")
            yield from self.wrapped(f"{self._('What would change our mind')}: {'; '.join(fear.would_change)}.", "  ")

    def heading(self, text: str) -> Iterator[str]:
        """A heading."""
        yield from ("", text, "-" * min(len(text), self.width))

    def listing(self, title: str, items: Iterable[str]) -> Iterator[str]:
        """A titled list, or nothing."""
        rows = [item for item in items if item.strip()]
        if rows:
            yield from self.heading(title)
        for row in rows:
            yield from self.wrapped(row, "  ", "- ")

    def wrapped(self, text: str, indent: str = "", mark: str = "") -> Iterator[str]:
        """A paragraph; control characters of a hostile text never reach the terminal."""
        clean = "".join(ch for ch in " ".join(text.split()) if ch.isprintable())
        if clean:
            yield from textwrap.wrap(clean, self.width, initial_indent=indent + mark, subsequent_indent=indent + " " * len(mark))


def _bracket(text: str) -> str:
    return f"({text})" if text else ""
