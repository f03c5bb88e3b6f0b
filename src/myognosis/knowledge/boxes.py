"""What everybody ticks beside the movement: short names under headings."""

from typing import Annotated, Literal

from pydantic import Field

from myognosis.model.base import Model, Name, Text

__all__ = ["Box", "ReviewPart"]


class Box(Model):
    """A finding to tick, by a short name as a person says it."""

    id: Name
    names: Text


class ReviewPart(Model):
    """Boxes of one of the two lists that everybody ticks, under one heading."""

    id: Name
    list: Literal["body", "history"]
    names: Text
    boxes: Annotated[tuple[Box, ...], Field(min_length=1)]
