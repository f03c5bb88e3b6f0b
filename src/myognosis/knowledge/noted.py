"""What was noted from a source beside a number, in each language."""

from pydantic import Field

from myognosis.language import Language
from myognosis.model.base import Model

__all__ = ["Noted"]


class Noted(Model):
    """A note, which is its own id, and how it reads in the other languages."""

    id: str = Field(min_length=1)
    uk: str = Field(min_length=1)
    ru: str = Field(min_length=1)

    def in_language(self, language: Language) -> str:
        """The note for a reader of a language."""
        return {"en": self.id, "uk": self.uk, "ru": self.ru}[language]
