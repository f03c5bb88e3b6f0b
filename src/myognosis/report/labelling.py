"""The page on which a recording is labelled by hand: one file, no outside request, the samples within it.

Its script is allowed by its hash alone (Content Security Policy), so that nothing else can run. A recording that is too long is
drawn from the lowest and highest sample of each column; the page says so.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from markupsafe import Markup

from myognosis.language import Language, catalogue, mark
from myognosis.model.labels import Labels
from myognosis.model.recording import Channel, Recording
from myognosis.report.html import environment
from myognosis.report.measured import unit_in

__all__ = ["CLASSES", "label_page"]

CLASSES = {
    "fasciculation": mark("fasciculation"),
    "doublet": mark("doublet or multiplet"),
    "voluntary": mark("voluntary activity"),
    "cramp": mark("cramp"),
    "myokymia": mark("grouped or repetitive discharge"),
    "tremor": mark("tremor"),
    "jerk": mark("jerk"),
    "artefact": mark("artefact"),
    "other": mark("other"),
}
"""The classes offered when none are named, with the digit keys 1 to 9; any other word is a class as well."""
_MOST_SAMPLES = 4_000_000
"""So many 16-bit samples make a page of about 11 MB, which browsers open without pause."""
_ROWS, _SHORT = 16, 16
"""So many channels are shown at once, and so many letters of a name."""
_OVER_USUAL = 12.0
"""Half a row is at most so many times the usual peak of half a second; noise then still looks like noise."""
_TEXTS = {
    "saved": mark("Labels saved: {n}."),
    "placed": mark("{kind} at {s} s"),
    "removed": mark("Removed: {kind} at {s} s"),
    "none": mark("Nothing is selected."),
    "bad": mark("This is not a label file (myognosis/labels/1)."),
    "loaded": mark("Labels loaded: {n}."),
    "leave": mark("Labels that are not saved will be lost."),
    "all": mark("all channels"),
    "second": mark("s"),
    "millisecond": mark("ms"),
}
_SCRIPT = Path(__file__).parent / "templates" / "label.js"


def label_page(
    recording: Recording, name: str, labels: Labels, classes: Sequence[str], language: Language, start_s: float = 0.0
) -> str:
    """The page as a whole HTML file; labels that are given are shown and can be changed. Times count from the whole recording."""
    gettext = catalogue(language).gettext
    total = sum(len(c.samples) for c in recording.channels)
    step = max(1, -(-2 * total // _MOST_SAMPLES)) if total > _MOST_SAMPLES else 1
    names = _short_names([c.name for c in recording.channels])
    data = {
        "recording": name,
        "start": start_s,
        "seconds": recording.duration_s,
        "channels": [
            _packed(c, step) | {"unit": unit_in(c.unit, language), "short": short, "size": size}
            for c, short, size in zip(recording.channels, names, _sizes(recording.channels), strict=True)
        ],
        "rows": _ROWS,
        "top": _top(recording.channels, labels),
        "classes": [{"id": k, "name": gettext(CLASSES[k]) if k in CLASSES else k} for k in classes],
        "labels": json.loads(labels.model_dump_json(by_alias=True))["labels"],
        "texts": {key: gettext(text) for key, text in _TEXTS.items()},
    }
    script = _SCRIPT.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    packed = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return environment(language).get_template("label.html").render(
        language=language, title=name, digest=digest, step=step, many=len(recording.channels) > _ROWS,
        script=Markup(script), data=Markup(packed),  # noqa: S704  # our own script, and JSON without any "<"
    )  # fmt: skip


def _top(channels: Sequence[Channel], labels: Labels) -> int:
    """The channel at the top to begin with: the first that is labelled, with a page of channels below it where there is one."""
    labelled = {label.channel for label in labels.labels}
    first = next((index for index, channel in enumerate(channels) if channel.name in labelled), 0)
    return min(first, max(0, len(channels) - _ROWS))


def _short_names(names: Sequence[str]) -> list[str]:
    """Names for the edge of the traces: of long ones the last words that still tell them apart."""
    if max(map(len, names), default=0) <= _SHORT:
        return list(names)
    for n in range(1, 10):
        tails = [" ".join(name.split()[-n:]) for name in names]
        if len(set(tails)) == len(names):
            break
    return [tail if len(tail) <= _SHORT else f"…{tail[-_SHORT:]}" for tail in tails]


def _packed(channel: Channel, step: int) -> dict[str, object]:
    """A channel as base64 of 16-bit numbers; of several samples a column the lowest and the highest; -32768 is a missing one."""
    samples = channel.samples.astype(np.float64)
    finite = samples[np.isfinite(samples)]
    middle = float(np.median(finite)) if len(finite) else 0.0
    scale = float(np.abs(finite - middle).max()) / 32000 if len(finite) else 0.0
    whole = np.where(np.isfinite(samples), (np.nan_to_num(samples) - middle) / (scale or 1.0), -32768)
    if step > 1:
        whole = np.pad(whole, (0, -len(whole) % step), mode="edge").reshape(-1, step)
        rows = [whole.min(axis=1), whole.max(axis=1)]
    else:
        rows = [whole]
    texts = [base64.b64encode(np.round(row).astype("<i2").tobytes()).decode() for row in rows]
    return {
        "name": channel.name, "rate": channel.rate_hz / step, "scale": scale or 1.0, "low": texts[0], "high": texts[-1],
    }  # fmt: skip


def _sizes(channels: Sequence[Channel]) -> list[float]:
    """What fills half a row when the page opens: one size for all channels of a kind, so that they can be compared by eye.

    Rare potentials are what is labelled, so it is not the size of most samples that counts but that of the peaks of half
    seconds: the 98th centile, which a few artefacts do not reach; of a grid, what all but a tenth of the channels keep within.
    It is never so large that noise would be a line: large potentials may run into the rows beside theirs.
    """
    sizes = [_peak(channel) for channel in channels]
    kinds = [(channel.kind, channel.unit) for channel in channels]
    shared = {kind: float(np.quantile([s for s, k in zip(sizes, kinds, strict=True) if k == kind], 0.9)) for kind in set(kinds)}
    return [shared[kind] or 1.0 for kind in kinds]


def _peak(channel: Channel) -> float:
    width = max(1, round(channel.rate_hz / 2))
    whole = np.abs(channel.samples - np.nanmedian(channel.samples)) if np.isfinite(channel.samples).any() else np.zeros(1)
    peaks = np.pad(np.nan_to_num(whole), (0, -len(whole) % width)).reshape(-1, width).max(axis=1)
    return min(float(np.quantile(peaks, 0.98)), _OVER_USUAL * (float(np.median(peaks[peaks > 0])) if peaks.any() else 0.0))
