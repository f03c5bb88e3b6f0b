"""What all values have in common, and a text in all our languages."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from myognosis.language import Language

__all__ = ["Model", "Name", "Text", "Trust"]

Trust = Literal["read", "quoted", "remembered", "estimated"]
"""How far a number may be trusted: read in the named source, quoted by another, from memory, or a judgement."""

Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[a-z0-9][a-z0-9_]*$")]
"""An identifier of the knowledge."""


class Model(BaseModel):
    """A frozen value: strict types, no unknown fields, finite numbers."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    def _repr_html_(self) -> str:
        """The value as a notebook shows it."""
        from myognosis.model.notebook import as_html

        return as_html(self)


class Text(Model):
    """A text in all our languages at once."""

    en: str = Field(min_length=1)
    uk: str = Field(min_length=1)
    ru: str = Field(min_length=1)

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        return str(getattr(self, language))
