"""Recordings of a case: bring a file, see what it is and whether it is good enough, look at its traces, take it out again."""

import asyncio
import hashlib
import math
import re
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Annotated

import numpy as np
import segno
from babel.numbers import format_percent
from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from myognosis.faults import Issue, Message
from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark, say
from myognosis.model.case import Case
from myognosis.model.case import Recording as Entry
from myognosis.model.picture import Mark, TracePicture
from myognosis.model.recording import Samples
from myognosis.report.measured import channel_in, spelling, unit_in
from myognosis.report.traces import draw
from myognosis.report.words import Words
from myognosis.signals.envelope import envelope
from myognosis.store import Kept
from myognosis.web import recorded as files
from myognosis.web.bringing import MOST_FILES, change, keep
from myognosis.web.children import Line, Waiting
from myognosis.web.described import DURING, KINDS, Described, what_recorded
from myognosis.web.desk import AtDesk, Desk
from myognosis.web.faults import show_with_refusal
from myognosis.web.places import SIDES, place_groups

__all__ = ["router"]

router = APIRouter(prefix="/case/{name}")

_CHANNELS = {"emg": mark("EMG"), "eeg": mark("EEG"), "ecg": mark("ECG"), "accelerometer": mark("accelerometer"),
             "gyroscope": mark("gyroscope"), "force": mark("force"), "stimulus": mark("stimulus"),
             "other": mark("other")}  # fmt: skip
_MORE = {
    "shows": {"twitches": mark("Twitches"), "tremor": mark("Tremor"), "jerks": mark("Jerks"),
              "reflexes": mark("Answers to stimuli"), "motor_units": mark("Motor units")},
    "electrode": {"needle": mark("Needle"), "surface": mark("On the skin")},
    "task": {"tapping": mark("The other hand taps"), "quick_movements": mark("The other hand moves quickly now and then")},
    "are": {"hands": mark("The hand that shakes and the other"), "legs": mark("Both legs"),
            "antagonists": mark("Two muscles that work against each other"),
            "muscle_and_movement": mark("A muscle and what it moves")},
}  # fmt: skip
"""What a clinician may say besides."""
_UNITS = ("uV", "mV", "V", "m/s2", "g", "deg/s", "rad/s", "N", "mA")
_DRAWN, _COLUMNS = 6, 654
_OURS = re.compile("[0-9a-f]{16}")
_PLACES = 163
"""Where marks crowd, the still picture shows one every four points."""


@dataclass(frozen=True)
class _ChannelView:
    number: int
    name: str
    kind: str
    rate: str
    seconds: str
    unit: str
    length_s: float
    samples: int
    drawn: Markup


@dataclass(frozen=True)
class _PhoneView:
    """What stands about the phone: whether it may be used here, and the door, if it is open."""

    offered: bool
    address: str = ""
    fingerprint: str = ""
    minutes: int = 0
    code: Markup | None = None


@dataclass(frozen=True)
class _FileView:
    number: int
    token: str
    what: str
    format: str
    sound: bool
    channels: tuple[_ChannelView, ...]
    more: int
    issues: tuple[str, ...]
    measured: bool
    usable: str = ""
    waiting: Waiting | None = None

    @property
    def again(self) -> str:
        """Another address each time: a link to a place on the page that is shown already would not ask the server anew."""
        return secrets.token_hex(4)


@router.get("/recordings")
def show(request: Request, name: str, desk: AtDesk) -> Response:
    """The recordings so far, and a form for one more."""
    kept, language = desk.shelf.load(name), desk.language(request)
    _ = catalogue(language).gettext
    views = tuple(_view(kept, number, row, desk, language) for number, row in enumerate(kept.case.recordings))
    desk.children.prepare()
    kinds, during = ({key: _(text) for key, text in table.items()} for table in (KINDS, DURING))
    more = {name: {key: _(text) for key, text in table.items()} for name, table in _MORE.items()}
    return show_with_refusal(
        request, desk, "recordings.html", id=kept.id, files=views, kinds=kinds, during=during, full=len(views) >= MOST_FILES,
        phone=_phone(kept, desk), more=more, places=place_groups(desk.knowledge, language),
        sides={side: Words(language).side(side) for side in SIDES}, units={unit: unit_in(unit, language) for unit in _UNITS},
    )  # fmt: skip


@router.get("/recordings/{token}")
def show_one(request: Request, name: str, token: str, desk: AtDesk, line: Line = "look", ahead: int = 0) -> Response:
    """One recording as a part of the page, for a script that knows where it waits; without its traces where these are there."""
    kept, language = desk.shelf.load(name), desk.language(request)
    found = next(((n, row) for n, row in enumerate(kept.case.recordings) if _token(row.file) == token), None)
    if found is None:
        raise HTTPException(404)
    if desk.children.waiting(desk.recordings, files.ours(found[1].file, kept.id)) == Waiting(line, ahead):
        return Response(status_code=204)
    template = "recording.html" if line == "look" else "recording_state.html"
    return desk.show(request, template, id=kept.id, file=_view(kept, *found, desk, language))


@router.post("/upload")
async def bring(
    request: Request, name: str, desk: AtDesk, file: UploadFile, described: Annotated[Described, Depends()],
) -> Response:  # fmt: skip
    """Keep a file and have it looked at in a process of its own; who waits long for that is shown the page meanwhile."""
    request.state.given = described.given()
    seen, case = await run_in_threadpool(_bring, desk, name, file, described)
    await asyncio.wait([asyncio.wrap_future(seen)], timeout=desk.settings.look_s)
    return RedirectResponse(f"/case/{case}/recordings", 303)


def _bring(desk: Desk, name: str, file: UploadFile, described: Described) -> "tuple[Future[None], str]":
    kept = desk.shelf.load(name)
    before = next((row.file for row in kept.case.recordings if _token(row.file) == described.before), None)
    described.entry("", before)  # a form that says what cannot be is refused before its file is kept
    known = not described.place or described.place in desk.knowledge.content.muscles
    if len(kept.case.recordings) >= MOST_FILES or not known:
        raise HTTPException(422)
    entry = described.entry(keep(desk, kept.id, file.filename or "", file.file), before)

    def with_it(case: Case) -> tuple[Entry, ...]:
        """The recordings with this one, where another window has not brought the last one that may be."""
        if len(case.recordings) >= MOST_FILES:
            (desk.recordings / entry.file).unlink()
            raise HTTPException(422)
        there = entry.before in {row.file for row in case.recordings}  # another window may have taken it out meanwhile
        return (*case.recordings, entry if there else entry.model_copy(update={"before": None}))

    change(kept, desk, with_it)
    beside = tuple(files.as_ours(one, kept.id) for one in files.comparable(kept.case.recordings, entry))
    return desk.children.look(desk.recordings, files.as_ours(entry, kept.id), beside), kept.id


@router.post("/recordings/{token}/remove")
def remove(name: str, token: str, desk: AtDesk) -> Response:
    """Take a recording out of the case, and its file off the disk."""
    kept = desk.shelf.load(name)
    change(kept, desk, lambda case: tuple(row for row in case.recordings if _token(row.file) != token))
    return RedirectResponse(f"/case/{kept.id}/recordings", 303)


@router.get("/recordings/{token}/trace")
def part_of_trace(
    name: str, token: str, desk: AtDesk, channel: int = 0, start: float = 0.0, stop: float = 1.0, columns: int = 1500
) -> Response:
    """A part of a trace for a closer look: the lowest and highest sample of each column. The part in shares of the whole."""
    path, _ = _of(desk, name, token, channel)
    if not 0 <= start < stop <= 1:
        raise HTTPException(404)
    part = files.trace(path, channel, start, stop, min(max(columns, 10), 4000))
    return JSONResponse({"start": part.start, "stop": part.stop, "low": _plain(part.low), "high": _plain(part.high)})


@router.get("/recordings/{token}/columns")
def whole_trace(name: str, token: str, desk: AtDesk, channel: int = 0, few: bool = False) -> Response:
    """A whole trace for drawing: the lowest samples of all columns, then the highest; floats of four bytes, little end first."""
    path, _ = _of(desk, name, token, channel)
    return Response(files.columns_of(path, channel, few=few).astype("<f4").tobytes(), media_type="application/octet-stream")


@router.get("/recordings/{token}/trace.csv")
def as_table(name: str, token: str, desk: AtDesk, channel: int = 0) -> Response:
    """What a trace is drawn from, as a table: a row for each column, with its time and its lowest and highest sample."""
    path, seen = _of(desk, name, token, channel)
    low, high = files.columns_of(path, channel)
    one = seen.channels[channel]
    step = one.seconds / max(1, len(low))

    def rows() -> Iterator[str]:
        """The head, then some thousand rows at a time."""
        yield f"seconds,lowest_{one.unit},highest_{one.unit}\n"
        for first in range(0, len(low), 5000):
            part = range(first, min(first + 5000, len(low)))
            yield "".join(f"{(n + 0.5) * step:.6g},{low[n]:.6g},{high[n]:.6g}\n" for n in part)

    headers = {"Content-Disposition": f'attachment; filename="myognosis-trace-{channel + 1}.csv"'}
    return StreamingResponse(rows(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/recordings/{token}/file")
def as_it_came(name: str, token: str, desk: AtDesk) -> Response:
    """The file of a recording, to take away; what a phone sent is nowhere else."""
    path, _ = _of(desk, name, token, None)
    return FileResponse(path, media_type="application/octet-stream", filename=f"myognosis-recording{path.suffix}")


@router.get("/recordings/{token}/marks")
def marks(name: str, token: str, desk: AtDesk) -> Response:
    """The marks of a recording in the order of time."""
    _, seen = _of(desk, name, token, 0)
    listed = sorted(seen.marks)
    return JSONResponse({"at": [at for at, _, _ in listed], "text": [text for _, _, text in listed]})


def _of(desk: Desk, name: str, token: str, channel: int | None) -> tuple[Path, files.Recorded]:
    """The file of a recording of a case, and what was seen in it; 404 where there is no such channel, if one is asked for."""
    kept = desk.shelf.load(name)
    row = next((row for row in kept.case.recordings if _token(row.file) == token), None)
    path = files.file_of(desk.recordings, kept.id, row.file) if row else None
    seen = files.recorded(desk.recordings, kept.id, row.file) if row else None
    if path is None or seen is None or (channel is not None and not 0 <= channel < len(seen.channels)):
        raise HTTPException(404)
    return path, seen


def _phone(kept: Kept, desk: Desk) -> _PhoneView:
    """Behind a proxy there is no home network, so no door either."""
    door = desk.doorway.now(kept.id)
    if door is None:
        return _PhoneView(offered=desk.settings.user_header is None)
    code = segno.make(door.invitation.address, error="m").svg_inline(
        omitsize=True, light="#fff", border=3, svgclass="code", lineclass=None
    )
    minutes = math.ceil(door.left_s / 60)
    return _PhoneView(True, door.invitation.address, door.invitation.fingerprint, minutes, Markup(code))  # noqa: S704  # drawn by us


def _view(kept: Kept, number: int, row: Entry, desk: Desk, language: Language) -> _FileView:
    _ = catalogue(language).gettext
    path = files.file_of(desk.recordings, kept.id, row.file)
    what = what_recorded(row, desk.knowledge, language)
    if path is None:
        return _FileView(number, _token(row.file), what, "", False, (), 0, (_(_ELSEWHERE),), False)
    beside = tuple(files.as_ours(one, kept.id) for one in files.comparable(kept.case.recordings, row))
    waiting = desk.children.resume(desk.recordings, files.as_ours(row, kept.id), beside)
    seen = files.recorded(desk.recordings, kept.id, row.file)  # after it was asked whether to wait: what was done meanwhile counts
    full = (files.no_room(),) if desk.children.is_unwritten(path) else ()
    if seen is None:
        return _FileView(number, _token(row.file), what, "", False, (), 0, _said(full, language), False, waiting=waiting)
    waiting = None if seen.complete else waiting
    shown = seen.channels[:_DRAWN]
    marks = {seconds: _sparse(seen.marks, seconds) for seconds in {one.seconds for one in shown}}
    channels = tuple(_channel(path, n, one, marks[one.seconds], desk.knowledge, language) for n, one in enumerate(shown))
    issues, sound = _said((*seen.issues, *full), language, kept.case.recordings), seen.sound and not full
    more = len(seen.channels) + seen.left_out - len(channels)
    usable = "" if seen.usable is None else format_percent(math.floor(100 * seen.usable) / 100, locale=language)
    return _FileView(
        number,
        _token(row.file),
        what,
        seen.format.upper(),
        sound,
        channels,
        more,
        issues,
        seen.measured is not None,
        usable,
        waiting,
    )  # fmt: skip


_IN_THE_FORM = (
    ("--unit", mark("If you know the unit, add the file again and choose it below, in the part for a clinician.")),
    ("--rate", mark("Add the file again with a column of times, or as EDF.")),
)
"""What a command is told by a flag, the form is told in its own way."""


def _said(issues: Sequence[Issue], language: Language, rows: Sequence[Entry] = ()) -> tuple[str, ...]:
    """What is wrong and what to do, each once; a file under a name of our own is called by the heading that it has on the page."""
    headings = {row.file: say(Message(mark("Recording {n}"), {"n": number}), language) for number, row in enumerate(rows, 1)}

    def named(text: str) -> str:
        return reduce(lambda said, file: said.replace(file, headings[file]), headings, text)

    return tuple(dict.fromkeys(f"{named(say(i.what, language))} {say(_here(i.fix), language)}" for i in issues))


def _here(fix: Message) -> Message:
    return next((Message(text) for flag, text in _IN_THE_FORM if flag in fix.template), fix)


_ELSEWHERE = mark("The file of this recording is not on this computer.")


def _channel(
    path: Path, number: int, c: files.Channel, marks: tuple[Mark, ...], knowledge: Knowledge, language: Language
) -> _ChannelView:
    kind = catalogue(language).gettext(_CHANNELS.get(c.kind, c.kind))
    rate, seconds = _amount(f"{c.rate_hz:g}", "Hz", language), _amount(f"{c.seconds:.1f}", "s", language)
    drawn, samples = _drawn(path, number, c, marks, language), round(c.seconds * c.rate_hz)
    name = channel_in(c.name, knowledge, language)
    return _ChannelView(number, name, kind, rate, seconds, unit_in(c.unit, language), c.seconds, samples, drawn)


def _amount(number: str, unit: str, language: Language) -> str:
    return say(Message("{number} {unit}", {"number": number, "unit": unit_in(unit, language)}), language)


def _sparse(marks: Sequence[tuple[float, float, str]], seconds: float) -> tuple[Mark, ...]:
    """Of marks that crowd, the first at each place of the still picture."""
    first = {int(at / max(seconds, 1e-6) * _PLACES): (at, long, text) for at, long, text in reversed(marks)}
    return tuple(Mark(label=text, start_s=at, duration_s=long) for at, long, text in first.values())


def _drawn(path: Path, number: int, channel: files.Channel, marks: tuple[Mark, ...], language: Language) -> Markup:
    low, high = files.columns_of(path, number, few=True)
    low, high = envelope(low, _COLUMNS)[0], envelope(high, _COLUMNS)[1]
    picture = TracePicture(
        channel=channel.name, unit=channel.unit, rate_hz=channel.rate_hz, start_s=0.0, seconds=max(channel.seconds, 1e-6),
        low=tuple(_plain(low)), high=tuple(_plain(high)), marks=marks,
    )  # fmt: skip
    return draw(picture, channel.name, spelling(language))


def _plain(values: Samples) -> list[float | None]:
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in values]


def _token(file: str) -> str:
    """How a recording is named in an address; one that we did not name has a name of ours made from its own."""
    stem = file.rsplit("/", 1)[-1].split(".")[0]
    return stem if _OURS.fullmatch(stem) else hashlib.sha256(file.encode()).hexdigest()[:16]
