"""Terms that a person may not know, and what they mean."""

from typing import Annotated

from pydantic import Field

from myognosis.language import Language
from myognosis.model.base import Model, Name, Text

__all__ = ["Gloss"]

Words = Annotated[tuple[Annotated[str, Field(min_length=3)], ...], Field(min_length=1)]


class Gloss(Model):
    """A term, the beginnings by which a text in each language is seen to use it, and what it means."""

    id: Name
    words: dict[Language, Words]
    means: Text
