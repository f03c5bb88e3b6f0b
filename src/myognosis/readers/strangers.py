"""Files that people give in good faith and that are no recording: what each is, and what to give instead."""

from pathlib import Path

from myognosis.faults import RecordingError
from myognosis.language import mark
from myognosis.readers.base import refuse

__all__ = ["refused_as_part", "refused_as_stranger"]

_PICTURE = (
    mark("This is a picture: in a photo or a screenshot of a recording its microvolts and its time are lost."),
    mark("Ask for the recording itself: devices export EDF or text. What a report prints of a nerve study can be entered by hand."),
)
_DOCUMENT = (
    mark("This is a document, not a recording."),
    mark("Give the recording itself, or a table saved as CSV. What a report prints of a nerve study can be entered by hand."),
)
_FILM = (
    mark("This is a film or a sound that was compressed, which changes the trace."),
    mark("Give the file of the device itself, or its sound as WAV."),
)
_STRANGERS: tuple[tuple[int, bytes, tuple[str, str]], ...] = (
    (0, b"\xff\xd8\xff", _PICTURE), (0, b"\x89PNG\r\n", _PICTURE), (0, b"GIF8", _PICTURE), (8, b"WEBP", _PICTURE),
    (4, b"ftyphei", _PICTURE), (4, b"ftypmif1", _PICTURE), (4, b"ftypavif", _PICTURE), (0, b"%PDF-", _DOCUMENT),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _DOCUMENT), (0, b"{\\rtf", _DOCUMENT), (4, b"ftyp", _FILM), (0, b"ID3", _FILM),
    (0, b"OggS", _FILM), (0, b"fLaC", _FILM), (8, b"AVI ", _FILM), (0, b"\x1aE\xdf\xa3", _FILM),
)  # fmt: skip
"""Where in a file which bytes stand, and what it is then. No format of ours begins so."""
_BELONGING = {
    ".mem": (
        mark("This is a file of Qtrac: measures of a nerve-excitability test or a CMAP scan, and no recording."),
        mark(
            "A CMAP scan is entered with the nerve: {{nerve: median, side: right, kind: cmap_scan, traces: [{{file: {name}}}]}}. "
            "An excitability test: myognosis excitability {name}"
        ),
    ),
    ".dat": (
        mark("These are samples without their heading: what they measure, how fast and in which unit stands in another file."),
        mark("Give the heading that was saved beside it: {stem}.hea of WFDB. Without one, export the recording as EDF."),
    ),
}  # fmt: skip
"""What a file is by its suffix that no reader knows, and what to give instead."""
_OFFICE = (b"word/", b"xl/", b"ppt/", b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")


def refused_as_stranger(path: Path, head: bytes) -> RecordingError | None:
    """Why a file is refused whatever it is called, by its first bytes; None where they are nothing that we know."""
    said = next((said for at, magic, said in _STRANGERS if head[at : at + len(magic)] == magic), None)
    if said is None and head.startswith(b"PK") and any(head[30:].startswith(name) for name in _OFFICE):
        said = _DOCUMENT
    return None if said is None else refuse("stranger", path.name, *said)


def refused_as_part(path: Path) -> RecordingError | None:
    """Why a file that no reader knows is refused, where its suffix says what it is a part of; else None."""
    said = _BELONGING.get(path.suffix.lower())
    return None if said is None else refuse("part", path.name, *said, name=path.name, stem=path.stem)
