"""What happens in the nerve, in words and in a picture: an axon watched in health and in the state that a cause stands for."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from markupsafe import Markup

from myognosis.faults import fill
from myognosis.knowledge.schema import Mechanism
from myognosis.knowledge.sourced import Sourced
from myognosis.language import Language, decimal, mark
from myognosis.model.picture import SpikesPicture
from myognosis.report.page import AxonRow, MechanismView
from myognosis.report.traces import draw
from myognosis.report.words import Words
from myognosis.simulate.mechanism import Shown, Watched, load_shown

__all__ = ["CLOSE_S", "PATTERNS", "axon_rows", "close_row", "mechanism_view", "spikes_path", "state_told", "told"]

PATTERNS = {
    "silent": mark("silent"),
    "isolated": mark("mostly single impulses"),
    "doublets": mark("impulses in twos and threes"),
    "bursts": mark("bursts of impulses"),
    "tonic": mark("impulses without pause"),
    "block": mark("blocked: its sodium gates are locked"),
}
_SOME_PAIRS = mark("mostly single impulses, some in twos and threes")
_RATE, _REST = mark("{n} {n:impulse|impulses} a minute"), mark("inside at {mv} mV")
_NEEDS = mark("to fire it needs {n} times the current of health")
_BY_ITSELF = mark("it fires with no current from outside")
_HEALTH, _CLOSE = mark("In health"), mark("A fifth of a second of it")
_READ = mark("read in the source")
_STATE = {
    "calcium_mm": mark("free calcium {n} mmol/L"), "magnesium_mm": mark("free magnesium {n} mmol/L"),
    "potassium_mm": mark("potassium {n} mmol/L"), "temperature_c": mark("nerve at {n} °C"), "ph": mark("pH {n}"),
    "persistent_sodium": mark("slow sodium current × {n}"), "fast_potassium": mark("fast potassium current × {n}"),
    "slow_potassium": mark("slow potassium current × {n}"), "leak": mark("leak × {n}"), "noise": mark("channel noise × {n}"),
}  # fmt: skip
_CUFF = mark("the blood cut off {n} s before")
_NUDGE = mark("The voltage inside after the same weak nudge: health (dashed) sinks back, this axon fires")
CLOSE_S = 0.2
_PAIR_S = 0.03
_WIDE = 1000.0


def told(watched: Watched, words: Words) -> str:
    """What an axon did, in a line."""
    paired = watched.pattern == "isolated" and close_look(watched.spikes_s) is not None
    parts = [words._(_SOME_PAIRS if paired else PATTERNS[watched.pattern])]
    if watched.per_min:
        parts.append(fill(words._(_RATE), {"n": words.number(watched.per_min, 2)}))
    if watched.rest_mv is not None:
        parts.append(words._(_REST).format(mv=words.number(watched.rest_mv, 2).replace("-", "−")))
    if watched.rest_mv is None or watched.threshold == 0.0:
        parts += [words._(_BY_ITSELF)] if watched.per_min else []  # of a blocked axon that tells nothing
    elif watched.threshold is not None and watched.threshold != 1.0:
        parts.append(words._(_NEEDS).format(n=words.number(watched.threshold, 2)))
    return "; ".join(parts)


def state_told(mechanism: Mechanism, words: Words) -> str:
    """The state that was computed, each value with its trust."""
    said = [f"{words._(_STATE[c.id]).format(n=_number(c.value, words))} ({words.trust(c.trust)})" for c in mechanism.changes]
    return "; ".join([*said, words._(_CUFF).format(n=f"{mechanism.cuff_s:g}")] if mechanism.cuff_s else said)


def _number(value: float, words: Words) -> str:
    """A number as it was given, with the decimal sign of the language."""
    return f"{value:g}" if words.language == "en" else f"{value:g}".replace(".", ",")


def spikes_path(spikes_s: Sequence[float], seconds: float, start_s: float = 0.0) -> str:
    """Impulses as strokes in a box 1000 wide and 40 high."""
    inside = [s - start_s for s in spikes_s if 0 <= s - start_s <= seconds]
    return "".join(f"M{_WIDE * s / seconds:.1f} 6V39" for s in inside)


def axon_rows(watched: Watched, health: Watched, label: str, seconds: float, words: Words) -> tuple[AxonRow, ...]:
    """Health, the state, and a closer look at it where impulses follow one another closely."""
    rows = [
        AxonRow(words._(_HEALTH), told(health, words), spikes_path(health.spikes_s, seconds), _span(seconds, words)),
        AxonRow(label, told(watched, words), spikes_path(watched.spikes_s, seconds), _span(seconds, words)),
    ]
    close = close_row(watched, words)
    return (*rows, close) if close.path else tuple(rows)


def close_row(watched: Watched, words: Words) -> AxonRow:
    """A closer look at impulses that follow one another closely; without a stroke where none do."""
    start = close_look(watched.spikes_s)
    path = "" if start is None else spikes_path(watched.spikes_s, CLOSE_S, start)
    return AxonRow(words._(_CLOSE), "", path, _span(CLOSE_S, words))


def _span(seconds: float, words: Words) -> str:
    """How long a picture is; a few thousandths of a second in milliseconds."""
    return f"{_number(1000 * seconds, words)} {words._('ms')}" if seconds < CLOSE_S else f"{_number(seconds, words)} {words._('s')}"


def close_look(spikes_s: Sequence[float]) -> float | None:
    """Where to look closely: half a window before the closest pair; none where no two are close."""
    gap, first = min(((b - a, a) for a, b in pairwise(spikes_s)), default=(_PAIR_S, 0.0))
    return max(0.0, first - CLOSE_S / 2) if gap < _PAIR_S else None


def mechanism_view(mechanism: Mechanism, cause: str, name: str, language: Language, cite: Callable[[str], str]) -> MechanismView:
    """One mechanism as a page shows it; ``cause`` is the id and ``name`` the name of the cause that it is shown for."""
    words = Words(language)
    title = mechanism.names.in_language(language)
    rows: tuple[AxonRow, ...] = ()
    svg = Markup("")
    if mechanism.arises == "axon":
        shown = load_shown()
        ill, well = shown.runs[mechanism.id]
        rows = (*axon_rows(ill, well, title, shown.run_seconds, words), *_nudge_row(mechanism.id, shown, words))
        labels = tuple(row.label for row in rows[:2])
        picture = SpikesPicture(labels=labels, spikes_s=(well.spikes_s, ill.spikes_s), seconds=shown.run_seconds)
        svg = draw(picture, "; ".join(labels), lambda unit: decimal(words._(unit), language))
    return MechanismView(
        cause=cause,
        name=name,
        title=title,
        says=tuple(text.in_language(language) for text in mechanism.says),
        limits=mechanism.limits.in_language(language) if mechanism.limits else "",
        rows=rows,
        svg=str(svg),
        state=state_told(mechanism, words),
        source="; ".join(_cited(row, words, cite) for row in mechanism.rests_on),
    )


def _nudge_row(name: str, shown: Shown, words: Words) -> tuple[AxonRow, ...]:
    """The membrane after the same nudge in health and in the state, where only the state answers with an impulse."""
    if name not in shown.nudges:
        return ()

    def line(mv: Sequence[float]) -> str:
        step = _WIDE / (len(mv) - 1)
        return "M" + "L".join(f"{i * step:.1f} {39 - (v + 95) / 135 * 38:.1f}" for i, v in enumerate(mv))

    return (
        AxonRow(words._(_NUDGE), "", line(shown.nudges[name]), _span(shown.nudge_ms / 1000, words), line(shown.nudges["health"])),
    )


def _cited(row: Sourced, words: Words, cite: Callable[[str], str]) -> str:
    """A source and how far it was looked into; general knowledge has no name."""
    trust = words._(_READ) if row.trust == "read" else words.trust(row.trust)
    return trust if row.source in ("memory", "estimate") else f"{cite(row.source)} ({trust})"
