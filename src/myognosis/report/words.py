"""The program's own words: labels of levels, bands, trust, and numbers as people read them."""

import datetime as dt
import re
from collections.abc import Callable
from math import floor, log10

from myognosis.faults import GROUPED
from myognosis.knowledge.schema import Finding
from myognosis.language import LONG, Language, catalogue, mark
from myognosis.model.assessment import Level
from myognosis.model.base import Trust

__all__ = ["Words", "many_in", "plain", "small", "spoken", "thousand"]

_LEVELS = {
    "emergency": (mark("Emergency: get help now"), mark("now: ambulance or emergency department")),
    "urgent": (mark("Urgent: be seen within 1 to 3 days"), mark("call today, be seen within 1 to 3 days")),
    "urgent today": (mark("Urgent: see a doctor today"), mark("see a doctor today")),
    "soon": (mark("Soon: see a doctor within 1 to 2 weeks"), mark("within 1 to 2 weeks")),
    "soon week": (mark("Soon: see a doctor within a week"), mark("within a week")),
    "routine": (mark("Routine: an ordinary appointment"), mark("an ordinary appointment in the coming weeks")),
    "self_care": (mark("No appointment needed now"), mark("look again on the date below, earlier if something changes")),
}
_BANDS = {
    "likely": mark("likely"),
    "possible": mark("possible"),
    "unlikely": mark("unlikely"),
    "very_unlikely": mark("very unlikely"),
}
_TRUST = {
    "read": mark("number read in the source"),
    "quoted": mark("number quoted by another text"),
    "remembered": mark("from memory, unverified"),
    "estimated": mark("our estimate"),
}
_STATES = {
    "present": mark("present"),
    "absent": mark("absent"),
    "context_present": mark("present"),
    "context_absent": mark("absent"),
    "context_untold": mark("not told"),
    "age": mark("age"),
    "sex": mark("sex"),
    "setting": mark("where you ask"),
    "description": mark("how the movement is described"),
    "named": mark("what kind of movement it is"),
    "pattern": mark("which muscles, reflexes and areas are affected"),
}
_EVIDENCE = {
    "good": mark("good evidence"),
    "moderate": mark("moderate evidence"),
    "weak": mark("weak evidence"),
    "expert": mark("expert opinion"),
}
_STRENGTH = (
    (3.0, mark("slight pointer")),
    (7.0, mark("moderate pointer")),
    (13.0, mark("strong pointer")),
    (1e9, mark("very strong pointer")),
)
_SETTINGS = {
    "self_check": mark("self-check"),
    "general_practice": mark("general practice"),
    "neurology_clinic": mark("neurology clinic"),
    "genetics_clinic": mark("clinic for inherited diseases"),
    "emergency_department": mark("emergency department"),
}
_SIDES = {
    "left": mark("left"),
    "right": mark("right"),
    "both": mark("both sides"),
    "midline": mark("midline"),
}
_SIGNS = {
    "weak": mark("weak: {where} ({side})"),
    "wasted": mark("wasted: {where} ({side})"),
    "twitching": mark("twitching: {where} ({side})"),
    "reflex_low": mark("reduced: {where} ({side})"),
    "reflex_high": mark("brisk: {where} ({side})"),
    "numb": mark("numb: {where} ({side})"),
}


def spoken(finding: Finding, language: Language) -> str:
    """A finding as one tells it: plain words first, the name that a doctor uses behind them where it says anything else."""
    name = finding.names.in_language(language)
    said = finding.plain.in_language(language) if finding.plain else name
    if said == name:
        return Words(language).inside(name)
    head, _, tail = name.partition(" (")
    if _told(head, said) < _ENOUGH:
        return f"{said} ({small(head)})"
    term = tail.rstrip(")") if max(map(len, re.split(r"\W+", tail))) >= _TERM and not _told(tail, said) else ""
    return f"{said} ({term})" if term else said


def _told(name: str, said: str) -> float:
    """The share of the longer words of a name of which what was said holds the beginning: words end in many ways."""
    begun = {word[:_BEGUN] for word in _WORD.findall(said.casefold())}
    long = [word[:_BEGUN] for word in _WORD.findall(name.casefold()) if len(word) >= _BEGUN] or [name.casefold()[:_BEGUN]]
    return sum(word in begun for word in long) / len(long)


_WORD = re.compile(r"[^\W\d_][\w'-]*")
_BEGUN, _ENOUGH, _TERM = 4, 0.7, 6
"""Letters by which a word is known again; a share of which a name is told already; letters of a term, not of "(any)"."""


def thousand(probability: float) -> int:
    """Of 1,000 people, rounded as coarsely as the number deserves.

    >>> [thousand(p) for p in (0.0004, 0.0032, 0.0234, 0.4567, 0.9996)]
    [0, 3, 25, 460, 990]
    """
    n = probability * 1000
    if n < 0.5:
        return 0
    step = 1 if n < 10 else 5 if n < 100 else 10
    return min(990, max(1, floor(n / step + 0.5) * step))


def small(text: str) -> str:
    """A text within a sentence: it begins with a small letter where the second one is small too, or the first is a word by itself.

    >>> small("Results of blood tests"), small("EMG"), small("М'яз"), small("A short video"), small("F waves")
    ('results of blood tests', 'EMG', "м'яз", 'a short video', 'F waves')
    """
    is_word = text[:2] in _ONE_LETTER or text[1:].removeprefix("'")[:1].islower()
    return text[:1].lower() + text[1:] if is_word else text


_ONE_LETTER = frozenset(f"{letter} " for letter in "AІЄЙЗУВОИЯКС")
"""Words of one letter, as they begin a text: English, Ukrainian, Russian; none of them is the letter of a wave or a root."""


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        translations = catalogue(language)
        self._: Callable[[str], str] = translations.gettext
        self.count: Callable[[str, str, int], str] = translations.ngettext

    def date(self, day: dt.date) -> str:
        """A date as the language writes it."""
        from babel.dates import format_date

        return str(format_date(day, "long", locale="en_GB" if self.language == "en" else self.language))

    def inside(self, name: str) -> str:
        """A name of the knowledge within a sentence: English keeps its capital, since many begin with a person's name."""
        return name if self.language == "en" else small(name)

    def level(self, level: Level, within: str | None = None) -> tuple[str, str]:
        """Title of a level, and when to be seen; ``within`` where a rule says that it is sooner than the level does."""
        title, when = _LEVELS[f"{level} {within}" if within else level]
        return self._(title), self._(when)

    def usual(self, level: Level) -> str:
        """When a cause is to be seen as a rule: said of nobody, so that there is no date."""
        title, when = self.level(level)
        return title if level == "self_care" else when

    def band(self, band: str) -> str:
        """How likely, in a word."""
        return self._(_BANDS[band])

    def trust(self, trust: Trust) -> str:
        """How far a number may be trusted."""
        return self._(_TRUST[trust])

    def state(self, kind: str) -> str:
        """Present, absent, or what kind of circumstance."""
        return self._(_STATES[kind])

    def stated(self, name: str, kind: str) -> str:
        """A finding with its state; behind a name with a colon, as 'EMG: cramp discharge', stands a dash."""
        dash = " –" if self.language == "en" else " —"
        return f"{name}{dash if ':' in name else ':'} {self.state(kind)}"

    def evidence(self, grade: str) -> str:
        """The grade of evidence."""
        return self._(_EVIDENCE[grade])

    def setting(self, setting: str) -> str:
        """Where the person asks."""
        return self._(_SETTINGS[setting])

    def side(self, side: str) -> str:
        """A side of the body."""
        return self._(_SIDES[side])

    def sign(self, kind: str, where: str, side: str) -> str:
        """A sign with its place."""
        return self._(_SIGNS[kind]).format(where=where, side=self.side(side))

    def strength(self, decibans: float) -> str:
        """How strongly a piece of evidence speaks."""
        return next(self._(word) for limit, word in _STRENGTH if abs(decibans) < limit)

    def frequency(self, probability: float) -> str:
        """A natural frequency with its reference class."""
        n = thousand(probability)
        if n == 0:
            return self._("fewer than 1 of 1,000 people with answers like yours")
        template = self.count(
            "about {n} of 1,000 people with answers like yours", "about {n} of 1,000 people with answers like yours", n
        )
        return template.format(n=n)

    def frequency_range(self, low: float, high: float) -> str:
        """The range that doubtful numbers allow; nothing where it is no wider than the rounding."""
        least, most = thousand(low), thousand(high)
        return self._("between {low} and {high} of 1,000").format(low=least, high=most) if least < most else ""

    def signed(self, value: float) -> str:
        """A number with one decimal and its sign, as the language writes it."""
        text = f"{value:+.1f}".replace("-", "−")
        return text if self.language == "en" else text.replace(".", ",")

    def chance(self, probability: float) -> str:
        """A probability, never written as certain: what would be rounded to 1 is above 0.99."""
        return self.number(probability) if probability < 0.995 else f">{self.number(0.99)}"

    def number(self, value: float, digits: int = 2) -> str:
        """A number with the decimal sign of the language, to so many significant digits."""
        if value == 0:
            return "0"
        places = max(0, digits - 1 - floor(log10(abs(value))))
        text = f"{round(value, places):{',' if abs(value) >= LONG else ''}.{places}f}"
        return text if self.language == "en" else text.replace(",", GROUPED).replace(".", ",")


def plain(text: str) -> str:
    """A text without control and direction-changing characters: what was written can neither steer nor mirror a page."""
    return "".join(ch for ch in text if ch.isprintable() or ch in "\n\t")


_MANY = re.compile(r"(\d+) channels")


def many_in(name: str, language: Language) -> str | None:
    """How many channels, where a name is no name but their number."""
    found = _MANY.fullmatch(name)
    return found and catalogue(language).ngettext("{n} channel", "{n} channels", int(found[1])).format(n=found[1])
