"""Places of the body by their names: with a side in one line, and all of them to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from myognosis.knowledge import Knowledge
from myognosis.language import Language, catalogue, mark
from myognosis.report.words import Words
from myognosis.web.bodymap import VIEWS, spots

__all__ = ["SIDES", "PlaceGroup", "place_groups", "place_name"]

SIDES = ("left", "right", "both", "midline")
_GROUPS = {
    mark("Hand"): ("hand",), mark("Arm and shoulder"): ("arm", "shoulder"), mark("Leg"): ("thigh", "calf"), mark("Foot"): ("foot",),
    mark("Face and tongue"): ("eyelid", "face", "tongue"), mark("Neck"): ("neck",),
    mark("Trunk"): ("trunk", "buttock", "generalised"),
}  # fmt: skip
"""Parts of the body with the regions of ``muscles.yaml`` that lie there; what is recorded most often comes first."""


@dataclass(frozen=True)
class PlaceGroup:
    """A part of the body and its places: what a body map shows first, then single muscles by name."""

    name: str
    places: tuple[tuple[str, str], ...]


def place_groups(knowledge: Knowledge, language: Language) -> tuple[PlaceGroup, ...]:
    """All places to choose from."""
    _, muscles = catalogue(language).gettext, knowledge.content.muscles
    mapped = {spot.where for view in VIEWS for spot in spots(view)}

    def named(regions: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The places of some regions with their names."""
        here = [(m.id, m.names.in_language(language)) for m in muscles.values() if m.region in regions]
        return tuple(sorted(here, key=lambda one: (one[0] not in mapped, one[1].casefold())))

    return tuple(PlaceGroup(_(name), named(regions)) for name, regions in _GROUPS.items())


def place_name(where: str, side: str | None, knowledge: Knowledge, language: Language) -> str:
    """The name of a place with its side; of a place that we do not know, its own word."""
    known = knowledge.content.muscles.get(where)
    name = known.names.in_language(language) if known else where
    return f"{name}, {Words(language).side(side)}" if side in ("left", "right", "both") else name
