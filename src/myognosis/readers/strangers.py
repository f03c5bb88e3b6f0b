"""Files that people give in good faith and that are no recording: what each is, and what to give instead."""

import zipfile
from pathlib import Path, PurePosixPath

from myognosis.faults import RecordingError
from myognosis.language import mark
from myognosis.readers.archive import archive_faults
from myognosis.readers.base import refuse
from myognosis.readers.sheets import AS_CSV, is_workbook
from myognosis.readers.text import decode_text

__all__ = ["is_no_recording", "refused_as_part", "refused_as_stranger"]

_PICTURE = (
    mark("This is a picture: in a photo or a screenshot of a recording its microvolts and its time are lost."),
    mark("Ask for the recording itself: devices export EDF or text. What a report prints of a nerve study can be entered by hand."),
)
_DOCUMENT = (
    mark("This is a document, not a recording."),
    mark("Give the recording itself, or a table saved as CSV. What a report prints of a nerve study can be entered by hand."),
)
_SHEET = (mark("This is a workbook of a spreadsheet, which is not opened here."), AS_CSV)
_NERVES = (
    mark("These are rows of a nerve study, not a recording."),
    mark("Enter them in the case, under conduction (docs/conduction.md); a number that is entered counts like a measured one."),
)
_CASE = (
    mark("This is a case, not a recording."),
    mark("Assess it: myognosis assess '{name}'"),
)
_FILM = (
    mark("This is a film or a sound that was compressed, which changes the trace."),
    mark("Give the file of the device itself, or its sound as WAV."),
)
_PACKED = (
    mark("This is an archive that is not opened here."),
    mark("Unpack it, and give the recording inside; a zip is opened here."),
)
_LINK = (
    mark("This is only a pointer to a file that lies elsewhere, and holds nothing of it."),
    mark("Download the file itself to this computer, and give that."),
)
_PAGE = (
    mark("This is a web page: perhaps the notice of a site instead of the file."),
    mark("Sign in where the file lies, and download it again; a recording is EDF, or text that begins with headings."),
)
_HEALTH = (
    mark("This is an export of a health app: it holds heart beats and steps, and no movement at the rate of a tremor."),
    mark("Record with an app that logs the accelerometer, such as phyphox or Sensor Logger, and export CSV."),
)
_ECG = (
    mark("This is an electrocardiogram as XML, not a recording of muscles or nerves."),
    mark("Give the recording of the muscle: devices export EDF or text."),
)
_FOREIGN_TABLE = (
    mark("This is a table in a form of its own."),
    mark("Open it in the program that wrote it, and save it as CSV or as text with a line of headings."),
)
_BESIDE = (
    mark("This holds what a Mac keeps beside a file, and not the file."),
    mark("Give the file of the same name without the dot and the underscore before it."),
)
_LABCHART = (
    mark("This is a file of LabChart, which only LabChart reads."),
    mark("In LabChart choose File, Export, EDF (European Data Format); or MATLAB with a description beside it."),
)
_STRANGERS: tuple[tuple[int, bytes, tuple[str, str]], ...] = (
    (0, b"\xff\xd8\xff", _PICTURE), (0, b"\x89PNG\r\n", _PICTURE), (0, b"GIF8", _PICTURE), (8, b"WEBP", _PICTURE),
    (4, b"ftyphei", _PICTURE), (4, b"ftypmif1", _PICTURE), (4, b"ftypavif", _PICTURE), (0, b"%PDF-", _DOCUMENT),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _DOCUMENT), (0, b"{\\rtf", _DOCUMENT), (4, b"ftyp", _FILM), (0, b"ID3", _FILM),
    (0, b"OggS", _FILM), (0, b"fLaC", _FILM), (8, b"AVI ", _FILM), (0, b"\x1aE\xdf\xa3", _FILM),
    (0, b"II*\0", _PICTURE), (0, b"MM\0*", _PICTURE), (128, b"DICM", _PICTURE), (0, b"Rar!\x1a\x07", _PACKED),
    (0, b"7z\xbc\xaf\x27\x1c", _PACKED), (0, b"\x1f\x8b", _PACKED), (0, b"BZh", _PACKED), (0, b"\xfd7zXZ", _PACKED),
    (0, b"L\0\0\0\x01\x14\x02\0", _LINK), (0, b"[InternetShortcut]", _LINK), (0, b"bplist00", _LINK),
    (0, b"\0\x05\x16\x07", _BESIDE), (0, b"ADIB", _LABCHART),
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
_BY_SUFFIX = {
    ".bmp": _PICTURE, ".dcm": _PICTURE, ".adicht": _LABCHART, ".gsheet": _LINK, ".gdoc": _LINK, ".url": _LINK, ".webloc": _LINK,
    ".icloud": _LINK, ".slk": _FOREIGN_TABLE, ".ods": _SHEET, ".xlsb": _SHEET, ".sav": _FOREIGN_TABLE,
    ".odt": _DOCUMENT, ".doc": _DOCUMENT, ".docx": _DOCUMENT, ".eml": _DOCUMENT, ".msg": _DOCUMENT, ".pages": _DOCUMENT,
    ".fdt": (
        mark("These are the samples of an EEGLAB dataset without their heading."),
        mark("Give the .set that was saved with it; both have to lie in one folder."),
    ),
    ".smrx": (
        mark("This is a file of Spike2 in 64 bits, which only its own programs read."),
        mark("In Spike2 choose File, Export As, and give text with its headings, or the older .smr."),
    ),
    ".set": (
        mark("This is called like a dataset of EEGLAB, and is none."),
        mark("In EEGLAB choose File, Export, Data to EDF/BDF/GDF file, and give the EDF."),
    ),
    ".hpf": (
        mark("This is a file of Delsys EMGworks, which only its own programs read."),
        mark("Convert it with the program of Delsys to CSV, and put a description beside it (docs/recordings.md)."),
    ),
    ".shpf": (
        mark("This is a file of Delsys EMGworks, which only its own programs read."),
        mark("Convert it with the program of Delsys to CSV, and put a description beside it (docs/recordings.md)."),
    ),
    ".c3d": (
        mark("This is a recording of a gait laboratory (C3D); its EMG has no unit that can be relied on."),
        mark("Export its EMG as text, and put a description with unit and rate beside it (docs/recordings.md)."),
    ),
    ".acq": (
        mark("This is a file of BIOPAC AcqKnowledge."),
        mark("In AcqKnowledge save it as EDF, or as MATLAB with a description beside it (docs/recordings.md)."),
    ),
    ".eeg": (
        mark("Several devices (Neuron-Spectrum, Nihon Kohden, BrainVision) call their own files .eeg."),
        mark("Export it in the program of the device as EDF+; of BrainVision give the .vhdr."),
    ),
}  # fmt: skip
"""What is known by its suffix alone, where no reader knows it."""
_MARKUP = ((b"<healthdata", _HEALTH), (b"<annotatedecg", _ECG), (b"<!doctype html", _PAGE), (b"<html", _PAGE))
"""What stands near the beginning of a text of tags, and what it is then."""
_SHEETS = (".xlsb", ".ods")
_OFFICE = (b"word/", b"xl/", b"ppt/", b"Index/", b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")


_CURVES_IS = mark("This is a curve or a report that an EMG device wrote as text, in a form of its own.")
_CURVES = mark(
    "Export the trace as EDF; or write a description beside it with its rate, unit and first row (docs/recordings.md). "
    "Numbers of a report are entered by hand."
)
_EXPORTS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("nicolet",), _CURVES_IS, _CURVES),
    (("cadwell",), _CURVES_IS, _CURVES), (("keypoint",), _CURVES_IS, _CURVES), (("curve data]",), _CURVES_IS, _CURVES),
    (("natus",), _CURVES_IS, _CURVES), (("sweep", "gain"), _CURVES_IS, _CURVES), (("sampling", "sensitivity"), _CURVES_IS, _CURVES),
    (("<html",), *_PAGE),
)  # fmt: skip
"""Words that all stand in the first lines of a text, in small letters, and what it is then."""
_EXPORT_LINES = 20
_OF_NERVES = ("нерв", "nerve", "латент", "latenc", "амплітуд", "амплитуд", "amplitud", "швидк", "скорост", "velocit")
_FEW = 3
"""So many of these words are headings of a nerve study."""


def refused_as_export(lines: list[str], where: str) -> RecordingError | None:
    """Why a text without a clock is refused, where its first lines say which program wrote it; else None."""
    told = "\n".join(lines[:_EXPORT_LINES]).lower()
    if sum(word in told for word in _OF_NERVES) >= _FEW:
        return refuse("nerves", where, *_NERVES)
    said = next(((what, fix) for words, what, fix in _EXPORTS if all(word in told for word in words)), None)
    return None if said is None else refuse("export", where, *said)


def refused_inside(path: Path) -> RecordingError | None:
    """Why a zip without a recording is refused, where another archive, pictures or documents lie in it; else None."""
    with archive_faults(path), zipfile.ZipFile(path) as box:
        endings = {PurePosixPath(name).suffix.lower() for name in box.namelist()}
    if endings & {".zip", ".rar", ".7z", ".gz"}:
        what = mark("In this archive lies another one.")
        return refuse("zip.zip", path.name, what, mark("Unpack it once, and give the archive inside, or the recording in it."))
    seen = next(
        (said for said, some in ((_PICTURE, _PICTURES), (_DOCUMENT, {".pdf", ".doc", ".docx", ".rtf"})) if endings & some), None
    )
    if seen is None:
        return None
    what = mark("In this archive lie documents or pictures, and no recording.")
    return refuse("zip.stranger", path.name, what, seen[1])


_PICTURES = {".jpg", ".jpeg", ".png", ".heic", ".heif", ".gif", ".tif", ".tiff", ".bmp", ".webp"}


def refused_as_stranger(path: Path, head: bytes) -> RecordingError | None:
    """Why a file is refused whatever it is called, by its first bytes; None where they are nothing that we know."""
    if is_workbook(path, head):
        return None
    said = next((said for at, magic, said in _STRANGERS if head[at : at + len(magic)] == magic), None)
    if said is None and head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        said = next((said for tag, said in _MARKUP if tag in head[:2000].lower()), None)
    if said is None and head.startswith(b"PK") and any(head[30:].startswith(name) for name in _OFFICE):
        said = _DOCUMENT
    if said is _DOCUMENT and (path.suffix.lower() in _SHEETS):
        said = _SHEET
    return None if said is None else refuse("stranger", path.name, *said)


def is_no_recording(path: Path, name: str) -> bool:
    """Whether a file that was called so is known to be something that no reader reads."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    return refused_as_stranger(path, head) is not None or PurePosixPath(name).suffix.lower() in _NEVER_READ


_HEAD_BYTES = 4096
_IS_CASE = b"myognosis/case/"
_NEVER_READ = (".smrx", ".doc", ".docx", ".rtf", ".odt", ".md")


def refused_as_part(path: Path, head: bytes) -> RecordingError | None:
    """Why a file that no reader knows is refused, where its first bytes or its suffix say what it is; else None."""
    if _IS_CASE in head:
        return refuse("case", path.name, *_CASE, name=path.name)
    if b"\0" not in head and (told := refused_as_export(decode_text(head).splitlines(), path.name)) is not None:
        return told
    said = _BELONGING.get(path.suffix.lower()) or _BY_SUFFIX.get(path.suffix.lower())
    return None if said is None else refuse("part", path.name, *said, name=path.name, stem=path.stem)
