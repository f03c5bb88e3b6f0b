"""``myognosis compare``: how far a result agrees with the labels of experts, or two experts with each other."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand
from myognosis.exchange.labels import read_labels
from myognosis.faults import Message, RecordingError
from myognosis.language import LANGUAGES, Language, decimal, mark, say
from myognosis.model.labels import Labels
from myognosis.report.labelling import CLASSES
from myognosis.signals.agreement import Agreement, Rate, compare_labels
from myognosis.signals.intervals import Estimate

__all__ = ["compare_command"]


@click.command("compare", cls=SpokenCommand)
@click.argument("truth", type=click.Path(path_type=Path))
@click.argument("result", type=click.Path(path_type=Path))
@click.option(
    "--tolerance-ms", default=10.0, show_default=True, type=click.FloatRange(min=0), help="How far apart one event may be."
)
@click.option("--by-channel", is_flag=True, help="Labels of different channels are never one.")
@click.option("--class", "kinds", multiple=True, help="Only labels of this class; may be given several times.")
@language_option
@json_option
def compare_command(
    truth: Path, result: Path, tolerance_ms: float, by_channel: bool, kinds: tuple[str, ...], language: str | None, as_json: bool
) -> None:
    """Compare RESULT with TRUTH: label files (JSON, CSV; see docs/labels.md) or recordings with annotations."""
    tongue = c.language_of(language)
    try:
        one, other = (_only(read_labels(path), kinds) for path in (truth, result))
    except RecordingError as error:
        c.fail_with(error.issues, tongue, as_json, c.CASE_FAULTS)
    found = compare_labels(one, other, tolerance_ms / 1000, by_channel=by_channel)
    if as_json:
        click.echo(json.dumps(_rows(found), ensure_ascii=False, indent=2))
        return
    for line in _lines(found, tolerance_ms, tongue):
        click.echo(c.printable(line))


def _only(labels: Labels, kinds: tuple[str, ...]) -> Labels:
    """The labels of some classes, which may be named in any of our languages."""
    asked = {_classes().get(kind.casefold(), kind) for kind in kinds}
    return labels.model_copy(update={"labels": tuple(x for x in labels.labels if x.kind in asked)}) if kinds else labels


def _classes() -> dict[str, str]:
    return {_class_in(kind, tongue).casefold(): kind for tongue in LANGUAGES for kind in CLASSES}


def _estimate(x: Estimate | None) -> dict[str, float] | None:
    return None if x is None else x._asdict()


def _rows(found: Agreement) -> dict[str, object]:
    errors = np.array(found.errors_s)
    return {
        "precision": _estimate(found.precision), "recall": _estimate(found.recall), "f1": found.f1, "matched": found.matched,
        "duplicates": found.duplicates, "seconds": found.seconds,
        "timing_ms": {"bias": 1000 * float(errors.mean()), "sd": 1000 * float(errors.std())} if len(errors) else None,
        "same_class": _estimate(found.same_class), "kappa_class": _estimate(found.kappa_class),
        "kappa_seconds": _estimate(found.kappa_seconds), "agreed": _estimate(found.agreed),
        "confusion": [{"truth": a or None, "result": b or None, "count": n} for (a, b), n in sorted(found.confusion.items())],
        "by_class": {k: {"recall": _estimate(r), "precision": _estimate(p)} for k, (r, p) in found.by_class.items()},
        "rate_per_min": {"truth": _estimate(found.truth.per_minute), "result": _estimate(found.result.per_minute)},
    }  # fmt: skip


def _lines(found: Agreement, tolerance_ms: float, tongue: Language) -> Iterator[str]:
    def said(template: str, **params: object) -> str:
        return say(Message(template, params), tongue)

    def told(x: Estimate | None) -> str:
        return decimal(_told(x), tongue)

    yield said(mark("Labels: {truth} true, {result} in the result, {pairs} pairs within {ms} ms, over {seconds} s"),
               truth=found.truth.count, result=found.result.count, pairs=found.matched, ms=f"{tolerance_ms:g}",
               seconds=f"{found.seconds:.1f}")  # fmt: skip
    yield said(mark("Precision {share}"), share=told(found.precision))
    yield said(mark("Recall {share}"), share=told(found.recall))
    yield said(mark("Without asking who is right: {share} of all labels have a partner"), share=told(found.agreed))
    yield said(
        mark("Duplicates {n}, a true label {share}"),
        n=found.duplicates,
        share=f"{found.duplicates / max(found.truth.count, 1):.3f}",
    )
    if found.errors_s:
        errors = 1000 * np.array(found.errors_s)
        spread = f"{np.quantile(np.abs(errors), 0.95):.1f}"
        yield said(mark("Difference of time: mean {mean} ms, SD {sd} ms, 95 % within {spread} ms"),
                   mean=f"{errors.mean():+.1f}", sd=f"{errors.std():.1f}", spread=spread)  # fmt: skip
    yield said(
        mark("A minute: true {truth}, result {result}"),
        truth=decimal(_rate(found.truth), tongue),
        result=decimal(_rate(found.result), tongue),
    )
    yield said(mark("Same class {share}; kappa of classes {kappa}; kappa of seconds with a label {seconds}"),
               share=told(found.same_class), kappa=told(found.kappa_class), seconds=told(found.kappa_seconds))  # fmt: skip
    for kind, (recall, precision) in found.by_class.items():
        yield said(
            mark("  {kind}: recall {recall}, precision {precision}"),
            kind=_class_in(kind, tongue),
            recall=told(recall),
            precision=told(precision),
        )
    yield said(mark("Rows are true classes, columns those of the result; '-' is none"))
    yield from _table(found, tongue)


def _class_in(kind: str, tongue: Language) -> str:
    """A class of ours in the language of the reader; any other word as it was written."""
    return say(Message(CLASSES[kind]), tongue) if kind in CLASSES else kind


def _table(found: Agreement, tongue: Language) -> Iterator[str]:
    """The classes of both, crossed: rows by their names, columns by numbers that stand before the names."""
    kinds = [*sorted({k for pair in found.confusion for k in pair} - {""}), ""]
    names = [f"{number} {_class_in(kind, tongue)}" if kind else "-" for number, kind in enumerate(kinds, 1)]
    width = max(map(len, names))
    yield "  " + " " * width + "".join(f"{name.split()[0]:>7}" for name in names)
    for kind, name in zip(kinds, names, strict=True):
        counts = [found.confusion.get((kind, other), 0) for other in kinds]
        if kind or any(counts):
            yield f"  {name:{width}}" + "".join(f"{n:>7}" for n in counts)


def _told(x: Estimate | None) -> str:
    return "-" if x is None else f"{x.value:.3f} ({x.low:.3f} – {x.high:.3f})"


def _rate(x: Rate) -> str:
    return f"{x.per_minute.value:.2f} ({x.per_minute.low:.2f} – {x.per_minute.high:.2f})"
