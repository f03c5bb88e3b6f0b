"""The body map that one can tap: a drawing, and over it a real checkbox for each muscle or region.

The boxes are placed by a style sheet that is made from the same table, so that no page needs an inline style; without
the sheet, and in list view, they are a plain list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markupsafe import Markup

from myognosis.language import mark

__all__ = ["VIEWS", "Spot", "drawing", "spots", "style_sheet"]

View = Literal["front", "back", "face", "hands"]
VIEWS: dict[View, str] = {
    "front": mark("From the front"),
    "back": mark("From behind"),
    "face": mark("Face"),
    "hands": mark("Hands"),
}
_SIZE: dict[View, tuple[int, int]] = {"front": (200, 440), "back": (200, 440), "face": (200, 240), "hands": (320, 240)}

# View -> (muscle or region, x from the middle line, y, width, height); what lies beside the middle line is there twice.
_TABLE: dict[View, tuple[tuple[str, float, float, float, float], ...]] = {
    "front": (
        ("neck", 0, 70, 26, 16), ("deltoid", 46, 98, 22, 26), ("chest", 20, 112, 30, 26), ("biceps_brachii", 49, 136, 19, 36),
        ("forearm", 61, 194, 19, 44), ("hand", 75, 243, 22, 32), ("abdomen", 0, 165, 46, 54), ("quadriceps", 21, 258, 27, 74),
        ("shin", 20, 356, 19, 66), ("foot", 20, 424, 22, 20),
    ),
    "back": (
        ("trapezius", 19, 92, 30, 24), ("triceps_brachii", 49, 136, 19, 38), ("back", 0, 132, 46, 40), ("lower_back", 0, 184, 44, 32),
        ("buttock", 19, 222, 31, 32), ("thigh_back", 21, 280, 27, 62), ("gastrocnemius", 21, 347, 21, 58), ("sole", 20, 424, 22, 20),
    ),
    "face": (
        ("forehead", 0, 52, 60, 26), ("eyebrow", 34, 84, 40, 14), ("eyelid", 34, 103, 38, 15), ("orbicularis_oculi", 34, 120, 38, 13),
        ("temporalis", 71, 92, 20, 34), ("cheek", 44, 148, 32, 26), ("masseter", 66, 170, 22, 34), ("lips", 0, 182, 44, 12),
        ("tongue", 0, 197, 30, 13), ("chin", 0, 216, 36, 17),
    ),
    "hands": (
        ("thumb", 38, 118, 26, 44), ("index_finger", 62, 52, 20, 64), ("fingers", 94, 46, 38, 70), ("little_finger", 128, 72, 20, 56),
        ("first_dorsal_interosseous", 66, 136, 26, 34), ("hand", 104, 164, 42, 50),
    ),
}  # fmt: skip

Points = Sequence[tuple[float, float]]
_BODY: Points = (
    (8, 50), (9, 70), (20, 80), (40, 86), (52, 96), (57, 118), (60, 150), (69, 186), (76, 220), (86, 236), (86, 256), (76, 266),
    (67, 250), (66, 224), (54, 190), (47, 160), (42, 130), (38, 124), (35, 150), (32, 176), (37, 206), (39, 240), (36, 280),
    (31, 312), (33, 342), (29, 378), (23, 408), (31, 424), (28, 432), (12, 430), (11, 404), (9, 370), (8, 344), (9, 312), (6, 270), (1, 226),
)  # fmt: skip
_HAND: Points = (
    (84, 222), (80, 190), (62, 168), (46, 142), (30, 110), (30, 98), (40, 98), (58, 122), (62, 112), (54, 60), (54, 28), (62, 20),
    (69, 28), (76, 84), (80, 84), (78, 24), (84, 10), (92, 18), (97, 82), (101, 82), (104, 28), (110, 16), (118, 26), (117, 88),
    (120, 92), (124, 58), (130, 46), (138, 54), (138, 104), (132, 150), (124, 186), (124, 222),
)  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """One thing to tap: which place on which side, in which drawing, and the class that puts it there."""

    view: View
    where: str
    side: Literal["left", "right", "midline"]

    @property
    def value(self) -> str:
        """How the form names it."""
        return f"{self.where}/{self.side}"

    @property
    def css(self) -> str:
        """Its class."""
        return f"at-{self.view}-{self.where}-{self.side}"


def spots(view: View) -> tuple[Spot, ...]:
    """Everything to tap in one drawing, the person's right side first."""
    found: list[Spot] = []
    for where, x, *_ in _TABLE[view]:
        found += [Spot(view, where, "midline")] if x == 0 else [Spot(view, where, "right"), Spot(view, where, "left")]
    return tuple(found)


@cache
def style_sheet() -> str:
    """Where every spot lies, in hundredths of its drawing."""
    lines = []
    for view, rows in _TABLE.items():
        width, height = _SIZE[view]
        lines.append(f".as-map .figure.view-{view}{{aspect-ratio:{width}/{height}}}")
        for where, x, y, w, h in rows:
            for side in ("midline",) if x == 0 else ("left", "right"):
                middle = width / 2 + x * _direction(view, side)
                box = (middle - w / 2) / width, (y - h / 2) / height, w / width, h / height
                left, top, wide, high = (f"{100 * value:.2f}%" for value in box)
                lines.append(f".as-map .at-{view}-{where}-{side}{{left:{left};top:{top};width:{wide};height:{high}}}")
    return "\n".join(lines)


def _direction(view: View, side: str) -> int:
    """A person who faces us has the left on our right; from behind, and with hands seen by their owner, the left is left."""
    faces_us = view in ("front", "face")
    return 0 if side == "midline" else 1 if (side == "left") == faces_us else -1


@cache
def drawing(view: View) -> Markup:
    """The drawing, for the eye only: what it shows is said by the boxes."""
    width, height = _SIZE[view]
    inside = {"front": _person, "back": _person, "face": _face, "hands": _hands}[view]()
    return Markup(f'<svg viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">{inside}</svg>')  # noqa: S704  # numbers


def _person() -> str:
    halves = _smooth([*((100 + x, y) for x, y in _BODY), *((100 - x, y) for x, y in reversed(_BODY))])
    return f'<path class="skin" d="{halves}"/><ellipse class="skin" cx="100" cy="38" rx="21" ry="28"/>'


def _face() -> str:
    head = _smooth([(100, 12), (150, 28), (176, 80), (174, 130), (160, 184), (128, 226), (100, 234), (72, 226), (40, 184), (26, 130), (24, 80), (50, 28)])  # fmt: skip
    parts = [f'<path class="skin" d="{head}"/>']
    for sign in (-1, 1):
        x = 100 + 34 * sign
        parts.append(f'<path class="line" d="M{x - 18} 86Q{x} {78} {x + 18} 86"/><path class="line" d="M{x - 17} 110Q{x} 98 {x + 17} 110Q{x} 120 {x - 17} 110Z"/><circle class="dot" cx="{x}" cy="109" r="4"/>')  # fmt: skip
    return "".join([*parts, '<path class="line" d="M96 112Q92 144 88 152Q100 160 112 152"/><path class="line" d="M76 184Q100 174 124 184Q100 200 76 184Z"/>'])  # fmt: skip


def _hands() -> str:
    return "".join(f'<path class="skin" d="{_smooth([(160 + sign * x, y) for x, y in _HAND])}"/>' for sign in (-1, 1))


def _smooth(points: Points) -> str:
    """A closed curve through the points (Catmull and Rom 1974, as Bezier arcs)."""
    n, out = len(points), [f"M{points[0][0]:g} {points[0][1]:g}"]
    for i in range(n):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        first, second = (x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6), (x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6)
        out.append(f"C{first[0]:.1f} {first[1]:.1f} {second[0]:.1f} {second[1]:.1f} {x2:g} {y2:g}")
    return "".join(out) + "Z"
