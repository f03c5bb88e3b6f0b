"""Pictures of the exercises, drawn by us: stick figures on a mat, movement as an arrow."""

from collections.abc import Sequence

__all__ = ["picture"]

Points = Sequence[tuple[float, float]]

# Each picture: limbs as polylines, a head, arrows, extra lines (chair, band, second person).
_PICTURES: dict[str, dict[str, list[Points]]] = {
    "piriformis_exercise_knees": {
        "head": [[(18, 62)]],
        "body": [[(26, 64), (80, 64)], [(80, 64), (104, 36), (124, 66)], [(80, 64), (112, 40), (136, 66)], [(30, 66), (56, 72)]],
        "arrow": [[(98, 28), (88, 22)], [(116, 30), (128, 24)]],
    },
    "piriformis_exercise_cross": {
        "head": [[(18, 62)]],
        "body": [[(26, 64), (80, 64)], [(80, 64), (150, 66)], [(80, 64), (104, 44), (96, 68)], [(34, 64), (66, 50), (102, 46)], [(32, 66), (20, 80)]],
        "arrow": [[(110, 42), (116, 58)]],
    },
    "piriformis_exercise_figure4": {
        "head": [[(18, 62)]],
        "body": [[(26, 64), (76, 66)], [(76, 66), (92, 28), (126, 30)], [(76, 66), (108, 40), (92, 28)], [(34, 64), (66, 46), (88, 38)]],
        "arrow": [[(104, 22), (84, 20)]],
    },
    "piriformis_exercise_sit_to_stand": {
        "head": [[(64, 18)]],
        "body": [[(64, 26), (58, 56)], [(58, 56), (84, 56), (80, 84)], [(58, 56), (78, 58), (90, 84)], [(62, 34), (92, 38)], [(62, 34), (44, 58)]],
        "extra": [[(34, 60), (70, 60), (70, 86)], [(34, 60), (34, 86)], [(122, 26), (118, 56), (112, 86)], [(118, 56), (128, 86)], [(121, 36), (94, 38)]],
        "head2": [[(124, 18)]],
        "arrow": [[(50, 40), (54, 24)]],
    },
    "piriformis_exercise_abduction": {
        "head": [[(66, 14)]],
        "body": [[(66, 22), (66, 52)], [(66, 52), (62, 88)], [(66, 52), (98, 80)], [(66, 28), (42, 42)], [(66, 28), (80, 46)]],
        "extra": [[(40, 30), (40, 88)], [(62, 82), (96, 80)]],
        "arrow": [[(92, 62), (104, 66)]],
    },
}  # fmt: skip


def picture(name: str) -> str:
    """The picture as SVG, or nothing where there is none. It carries no text; the steps beside it say it all."""
    parts = _PICTURES.get(name)
    if parts is None:
        return ""
    heads = "".join(
        f'<circle class="limb" cx="{x}" cy="{y}" r="7"/>' for kind in ("head", "head2") for [(x, y)] in parts.get(kind, [])
    )
    lines = "".join(_line(points, "limb") for points in parts["body"])
    extra = "".join(_line(points, "thing") for points in parts.get("extra", []))
    arrows = "".join(_line(points, "arrow", ' marker-end="url(#tip)"') for points in parts["arrow"])
    tip = '<defs><marker id="tip" viewBox="0 0 8 8" refX="5" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
    return f'<svg class="exercise" viewBox="0 0 160 96" aria-hidden="true">{tip}<path class="thing" d="M4 90H156"/>{extra}{lines}{heads}{arrows}</svg>'


def _line(points: Points, css: str, more: str = "") -> str:
    path = "L".join(f"{x} {y}" for x, y in points)
    return f'<path class="{css}" d="M{path}"{more}/>'
