"""The body map: front and back, with the regions that move, are weak or feel less."""

from markupsafe import escape

from myognosis.knowledge import Knowledge
from myognosis.language import Language, mark
from myognosis.model.finding import Findings
from myognosis.report.words import Words

__all__ = ["body_map", "regions_of"]

Shape = tuple[str, str, float, float, float, float]

# Region -> shapes on the front (F) and back (B) figure: kind, then its numbers; x is mirrored for the other side.
# The person faces the reader, so the person's right is on the reader's left on the front figure.
_PAIRED: dict[str, list[Shape]] = {
    "eyelid": [("F", "e", 7, 26, 4, 2.4)],
    "shoulder": [("F", "e", 31, 68, 12, 10), ("B", "e", 31, 68, 12, 10)],
    "arm": [("F", "r", 34, 78, 11, 44), ("B", "r", 34, 78, 11, 44)],
    "hand": [("F", "r", 40, 124, 10, 52), ("B", "r", 40, 124, 10, 52)],
    "buttock": [("B", "e", 12, 152, 12, 14)],
    "thigh": [("F", "r", 6, 172, 17, 56), ("B", "r", 6, 172, 17, 56)],
    "calf": [("F", "r", 8, 234, 13, 54), ("B", "r", 8, 234, 13, 54)],
    "foot": [("F", "e", 16, 296, 10, 6), ("B", "e", 16, 296, 10, 6)],
}
_SINGLE: dict[str, list[Shape]] = {
    "face": [("F", "e", 0, 32, 15, 13)],
    "tongue": [("F", "e", 0, 39, 4, 2.4)],
    "neck": [("F", "r", -7, 47, 14, 11), ("B", "r", -7, 47, 14, 11)],
    "trunk": [("F", "r", -21, 62, 42, 92), ("B", "r", -21, 62, 42, 84)],
}
_CENTRE = {"F": 70, "B": 190}
_TITLE = mark("Body map, front and back")
_NONE = mark("No place on the body was given.")
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
    if findings.present("stocking_glove"):
        marks.setdefault(("foot", "both"), set()).add("numb")
    return marks


def body_map(findings: Findings, knowledge: Knowledge, language: Language) -> str:
    """The map as SVG, with its meaning in words for those who do not see it."""
    marks, words = regions_of(findings, knowledge), Words(language)
    said = words._(_NONE) if not marks else "; ".join(_said(key, what, words) for key, what in sorted(marks.items()))
    body = "".join(_figure(view, marks) for view in "FB")
    key = "".join(
        f'<rect class="bm {kind}" x="{4 + i * 88}" y="318" width="9" height="9"/><text x="{16 + i * 88}" y="326">{escape(words._(text))}</text>'
        for i, (kind, text) in enumerate(_KEY)
    )
    return (
        f'<svg class="bodymap" viewBox="0 0 260 334" role="img" aria-labelledby="bmt bmd"><title id="bmt">{escape(words._(_TITLE))}</title>'
        f'<desc id="bmd">{escape(said)}</desc>{_HATCH}{body}{key}</svg>'
    )


_HATCH = (
    '<defs><pattern id="hw" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#f2c8a0"/><path d="M0 0V5" stroke="#8a3b00" stroke-width="2"/></pattern></defs>'
)


def _figure(view: str, marks: dict[tuple[str, str], set[str]]) -> str:
    centre = _CENTRE[view]
    out = [f'<ellipse class="bm" cx="{centre}" cy="28" rx="17" ry="21"/>']
    for region, shapes in _SINGLE.items():
        kinds = {kind for (name, _), what in marks.items() if name == region for kind in what}
        out += [_shape(s, centre, 1, kinds) for s in shapes if s[0] == view and (kinds or region in ("neck", "trunk"))]
    for region, shapes in _PAIRED.items():
        for side in ("left", "right"):
            kinds = {
                kind for (name, on), what in marks.items() if name == region and on in (side, "both", "midline") for kind in what
            }
            mirror = 1 if (side == "left") == (view == "F") else -1
            out += [
                _shape(s, centre, mirror, kinds) for s in shapes if s[0] == view and (kinds or region not in ("eyelid", "buttock"))
            ]
    return "".join(out)


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
}  # fmt: skip
