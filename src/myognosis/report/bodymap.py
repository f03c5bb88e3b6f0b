"""The body map: front and back, with the regions that move, are weak or feel less."""

from markupsafe import escape

from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark
from myognosis.model.finding import Findings
from myognosis.report.words import Words

__all__ = ["HEIGHT", "body_map", "regions_of"]

Shape = tuple[str, str, float, float, float, float]

# Region -> shapes on the front (F) and back (B) figure: kind, then its numbers; x is mirrored for the other side.
# The person faces the reader, so the person's right is on the reader's left on the front figure.
_PAIRED: dict[str, list[Shape]] = {
    "eyelid": [("F", "e", 6, 25, 4, 2.2)],
    "shoulder": [("F", "e", 25, 70, 10, 9), ("B", "e", 25, 70, 10, 9)],
    "arm": [("F", "r", 27, 74, 11, 46), ("B", "r", 27, 74, 11, 46)],
    "hand": [("F", "r", 29, 121, 10, 50), ("B", "r", 29, 121, 10, 50)],
    "buttock": [("B", "e", 11, 156, 11, 13)],
    "thigh": [("F", "r", 3, 166, 18, 62), ("B", "r", 3, 166, 18, 62)],
    "calf": [("F", "r", 5, 229, 14, 58), ("B", "r", 5, 229, 14, 58)],
    "foot": [("F", "e", 14, 292, 11, 6), ("B", "e", 14, 292, 11, 6)],
}
_SINGLE: dict[str, list[Shape]] = {
    "face": [("F", "e", 0, 32, 13, 14)],
    "tongue": [("F", "e", 0, 39, 4, 2.4)],
    "neck": [("F", "r", -6, 45, 12, 14), ("B", "r", -6, 45, 12, 14)],
    "trunk": [("F", "r", -22, 58, 44, 108), ("B", "r", -22, 58, 44, 86)],
}
_CENTRE = {"F": 70, "B": 190}
_TITLE = mark("Body map, front and back")
_NONE = mark("No place on the body was given.")
HEIGHT, _KEY_TOP, _KEY_STEP = 358, 312, 16
"""Of the drawing with the rows of its key."""
_KEY = (("moves", mark("moves")), ("weak", mark("weak or wasted")), ("numb", mark("feels less")))


def regions_of(findings: Findings, knowledge: Knowledge) -> dict[tuple[str, str], set[str]]:
    """(region, side) -> what is wrong there: moves, weak, numb."""
    marks: dict[tuple[str, str], set[str]] = {}
    muscles = knowledge.content.muscles
    kinds = {"twitching": "moves", "weak": "weak", "wasted": "weak"}
    for sign in findings.signs:
        if sign.kind in kinds and sign.where in muscles:
            marks.setdefault((muscles[sign.where].region, sign.side or "both"), set()).add(kinds[sign.kind])
    for name in findings.all_present():
        region = name.removeprefix("site_")
        if name.startswith("site_") and region in (*_PAIRED, *_SINGLE) and not any(key[0] == region for key in marks):
            marks.setdefault((region, "both"), set()).add("moves")
    if findings.present("site_generalised") and not marks:
        marks["generalised", "both"] = {"moves"}
    if findings.present("stocking_glove"):
        marks.setdefault(("foot", "both"), set()).add("numb")
    return marks


def body_map(findings: Findings, knowledge: Knowledge, language: Language) -> str:
    """The map as SVG, with its meaning in words for those who do not see it."""
    marks, words = regions_of(findings, knowledge), Words(language)
    said = words._(_NONE) if not marks else "; ".join(_said(key, what, words) for key, what in sorted(marks.items()))
    body = "".join(_figure(view, marks) for view in "FB")
    shown = [(kind, text) for kind, text in _KEY if any(kind in what for what in marks.values())]
    key = "".join(_key_row(kind, words._(text), row) for row, (kind, text) in enumerate(shown))
    if not shown:
        key = f'<text x="130" y="322" text-anchor="middle">{escape(words._(_NONE))}</text>'
    return (
        f'<svg class="bodymap" viewBox="0 0 260 {HEIGHT}" role="img" aria-labelledby="bmt bmd"><title id="bmt">{escape(words._(_TITLE))}</title>'
        f'<desc id="bmd">{escape(said)}</desc>{_HATCH}{body}{key}</svg>'
    )


def _key_row(kind: str, text: str, row: int) -> str:
    """What a colour means, one under the other: words of any length have room."""
    top = _KEY_TOP + _KEY_STEP * row
    return f'<rect class="bm {kind}" x="72" y="{top}" width="11" height="11"/><text x="90" y="{top + 10}">{escape(text)}</text>'


_HATCH = (
    '<defs><pattern id="hw" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#f2c8a0"/><path d="M0 0V5" stroke="#8a3b00" stroke-width="2"/></pattern></defs>'
)


def _figure(view: str, marks: dict[tuple[str, str], set[str]]) -> str:
    centre = _CENTRE[view]
    whole = " moves" if any(name == "generalised" for name, _ in marks) else ""
    out = [f'<path class="bm{whole}" d="{_outline(centre)}"/><ellipse class="bm{whole}" cx="{centre}" cy="27" rx="16" ry="20"/>']
    for region, shapes in _SINGLE.items():
        kinds = {kind for (name, _), what in marks.items() if name == region for kind in what}
        out += [_shape(s, centre, 1, kinds) for s in shapes if s[0] == view and kinds]
    for region, shapes in _PAIRED.items():
        for side in ("left", "right"):
            kinds = {
                kind for (name, on), what in marks.items() if name == region and on in (side, "both", "midline") for kind in what
            }
            mirror = 1 if (side == "left") == (view == "F") else -1
            out += [_shape(s, centre, mirror, kinds) for s in shapes if s[0] == view and kinds]
    return "".join(out)


def _outline(centre: int) -> str:
    """The outline of a standing body, half of it drawn and mirrored."""
    half = [(6, 44), (8, 55), (26, 60), (36, 68), (39, 100), (41, 130), (43, 164), (38, 178), (33, 170), (30, 130), (27, 96), (24, 84),
            (22, 120), (24, 150), (24, 176), (21, 226), (21, 240), (18, 284), (26, 293), (24, 298), (7, 297), (6, 284), (5, 232), (2, 176)]  # fmt: skip
    points = [(centre + x, y) for x, y in half] + [(centre - x, y) for x, y in reversed(half)]
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"


def _shape(shape: Shape, centre: int, mirror: int, kinds: set[str]) -> str:
    _, kind, x, y, w, h = shape
    css = (
        "bm "
        + ("moves weak" if kinds >= {"moves", "weak"} else "weak" if "weak" in kinds else "numb" if "numb" in kinds else "moves")
        if kinds
        else "bm"
    )
    if kind == "e":
        return f'<ellipse class="{css}" cx="{centre + mirror * x}" cy="{y}" rx="{w}" ry="{h}"/>'
    left = centre + x if mirror == 1 else centre - x - w
    return f'<rect class="{css}" x="{left}" y="{y}" width="{w}" height="{h}" rx="5"/>'


def _said(key: tuple[str, str], what: set[str], words: Words) -> str:
    names = {kind: words._(text) for kind, text in _KEY}
    return f"{words._(_REGIONS[key[0]])} ({words.side(key[1])}): {', '.join(names[k] for k in sorted(what))}"


_REGIONS = {
    "eyelid": mark("eyelid"), "face": mark("face"), "tongue": mark("tongue"), "neck": mark("neck"),
    "shoulder": mark("shoulder"), "arm": mark("upper arm"), "hand": mark("hand or forearm"), "trunk": mark("trunk"),
    "buttock": mark("buttock"), "thigh": mark("thigh"), "calf": mark("calf or shin"), "foot": mark("foot"),
    "generalised": mark("many parts of the body"),
}  # fmt: skip
