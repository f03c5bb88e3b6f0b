"""``myognosis label``: a local page to label a recording by hand, and labels of what Myognosis finds."""

import json
from pathlib import Path

import click

from myognosis.cli import common as c
from myognosis.cli import json_option, language_option
from myognosis.cli.spoken import SpokenCommand, misused
from myognosis.exchange.labels import labels_to_csv, labels_to_json, read_labels
from myognosis.faults import Message, MissingExtra, RecordingError
from myognosis.knowledge import Knowledge
from myognosis.language import mark, say
from myognosis.model.labels import Label, Labels
from myognosis.model.recording import Recording
from myognosis.readers import open_recording
from myognosis.readers.base import Span, refuse
from myognosis.report.labelling import CLASSES, label_page

__all__ = ["label_command"]

_MOST_SAMPLES = 250_000_000
"""So many samples are a gigabyte in memory: four hours of eight channels at 2 kHz."""


@click.command("label", cls=SpokenCommand)
@click.argument("file", metavar="RECORDING", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the page to label on into this file.")
@click.option("--labels", "given", type=click.Path(path_type=Path), help="Labels to begin with: JSON, CSV or a recording.")
@click.option("--find", is_flag=True, help="Begin with what Myognosis finds: fasciculation potentials in EMG at rest.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the labels themselves, as .json or .csv.")
@click.option("--class", "kinds", multiple=True, help="A class to offer, in order of the keys 1 to 9.")
@click.option("--start", "start_s", default=0.0, type=click.FloatRange(min=0), help="Begin here, in seconds.")
@click.option("--stop", "stop_s", default=None, type=click.FloatRange(min=0), help="End here, in seconds.")
@click.option("--unit", "units", multiple=True, metavar="CHANNEL=UNIT", help="A unit that the file does not say.")
@language_option
@json_option
def label_command(
    file: Path, html: Path | None, given: Path | None, find: bool, out: Path | None, kinds: tuple[str, ...], start_s: float,
    stop_s: float | None, units: tuple[str, ...], language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Label RECORDING by hand, on one page that stays on this machine (--html), or write labels (--out)."""
    tongue = c.language_of(language)
    if not (html or out):
        raise misused(mark("Say what to write: --html PAGE.html, --out LABELS.json, or both."), tongue)
    try:
        recording = _read(file, dict(u.rpartition("=")[::2] for u in units), Span(start_s, stop_s))
        labels = read_labels(given) if given else Labels()
        found = _found(recording, start_s, c.knowledge_or_exit(tongue, as_json)) if find else ()
    except RecordingError as error:
        c.fail_with(error.issues, tongue, as_json, c.CASE_FAULTS)
    except MissingExtra as error:
        c.without(error, tongue)
    marked = [Label(start_s=max(0.0, a.start_s), duration_s=a.duration_s, kind=a.text[:200] or "?") for a in recording.annotations]
    rows = (*labels.labels, *found) if given or find else tuple(marked)
    whole = Labels(recording=file.name[:200], seconds=recording.duration_s, labels=rows)
    offered = dict.fromkeys([*(kinds or CLASSES), *(x.kind for x in whole.labels)])
    if html:
        c.write_atomic(html, label_page(recording, file.name, whole, list(offered), tongue, start_s).encode())
    if html and not as_json:
        click.echo(
            say(Message(mark("Open {file} in a browser; it works without a network."), {"file": c.printable(str(html))}), tongue)
        )
    if out:
        text = labels_to_csv(whole) if out.suffix.lower() == ".csv" else labels_to_json(whole)
        c.write_atomic(out, text.encode())
    if as_json:
        click.echo(json.dumps({"written": [str(path) for path in (html, out) if path], "labels": len(rows)}, ensure_ascii=False))
    elif out:
        click.echo(c.printable(str(out)))


def _read(file: Path, units: dict[str, str], span: Span) -> Recording:
    """The span of the recording, unless it is more than can be labelled at once; then nothing of it is read."""
    with open_recording(file, units=units) as tape:
        stop_s = tape.duration_s if span.stop_s is None else min(span.stop_s, tape.duration_s)
        per_second = tape.n_samples / tape.duration_s if tape.duration_s else 0.0
        if (stop_s - span.start_s) * per_second > _MOST_SAMPLES:
            what = mark("The recording is too long to be labelled at once: {hours} h of {n} {n:channel|channels}.")
            fix = mark("Give a part of it, of at most {seconds} s: --start, --stop.")
            told = {"hours": f"{(stop_s - span.start_s) / 3600:.1f}", "n": len(tape.header.channels)}
            raise refuse("label.long", file.name, what, fix, **told, seconds=f"{_MOST_SAMPLES / per_second:.0f}")
        return tape.whole(span)


def _found(recording: Recording, start_s: float, knowledge: Knowledge) -> tuple[Label, ...]:
    """What Myognosis itself finds: fasciculation potentials in the EMG channels of one rate; all too slow for it is refused."""
    from myognosis.findings.needle import fasciculation_settings
    from myognosis.findings.recordings.rates import fast_of_one_rate
    from myognosis.signals.fasciculation import find_fasciculations

    same, slow = fast_of_one_rate(recording.channels, "fasciculation", knowledge)
    if slow and not same:
        raise RecordingError(slow)
    events = find_fasciculations(same, fasciculation_settings(knowledge)).events if same else ()
    return tuple(Label(start_s=start_s + e.time_s, channel=e.channel, kind="fasciculation", rater="myognosis") for e in events)
