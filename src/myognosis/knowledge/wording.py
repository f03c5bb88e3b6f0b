"""What people say and write: of fears, of what means several things, of findings and places, and ideas that together say a sign."""

from myognosis.knowledge.sourced import Sourced
from myognosis.model.base import Model, Name, Text

__all__ = ["Concept", "Fear", "Figure", "Saying", "Term", "Trap"]


class Fear(Model):
    """How people name a cause that they fear, and where everybody reads of it: see ``fears.yaml``."""

    id: Name
    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    findings: tuple[Name, ...] = ()
    movements: tuple[Name, ...] = ()


class Trap(Model):
    """Words of everyday speech, whole or by their stem, that mean several things, and how to ask which is meant.

    An alarm can mean an emergency: such words forbid reassurance. Of an alarm ``words`` and ``stems`` stand whatever denies them;
    ``sign_words`` and ``signs`` are taken back by a clear "no". A trap is silent once a finding in ``settled_by`` is known.
    """

    id: Name
    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    sign_words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    alarm: bool = False
    settled_by: tuple[Name, ...] = ()
    ask: Text


class Term(Model):
    """Everyday words, whole or by their stem, and the finding or the place that they usually name.

    Free text never decides: what is read with a term is shown back, to be confirmed. A term that names neither is asked about
    later in the interview.
    """

    id: Name
    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    together: tuple[tuple[Name, ...], ...] = ()
    """Other terms or traps, one of each group, that mean this finding when they stand in one clause; the first gives way to it."""
    alone: bool = True
    """Whether it means something without another term."""
    finding: Name | None = None
    place: Name | None = None


class Figure(Sourced):
    """A number told in words, from the lowest to the highest that means it."""

    low: float
    high: float


class Concept(Model):
    """One idea of a sentence about a body, and how it is told in every language: whole words, or a stem before a star."""

    id: Name
    forms: tuple[str, ...] = ()
    includes: tuple[Name, ...] = ()
    """Other concepts, each of which is one of these."""
    number: Figure | None = None
    """The number that it needs where one is told just behind it: a temperature of 37 °C is none that matters."""
    how: bool = False
    """Whether it only says how something is, so that a "no" before it denies what follows."""
    fails: bool = False
    """Whether it says that something cannot be done: the "no" in it takes nothing back."""
    small: bool = False
    """Whether its words mean nothing by themselves and may stand inside any form ("can't *even* lift *my* arm")."""


class Saying(Model):
    """What concepts that stand near one another usually say: a finding to be confirmed, or a trap where no single one says it."""

    id: Name
    of: tuple[tuple[Name, ...], ...]
    """One concept of each group, each told by words of its own."""
    within: int = 12
    """In at most so many words, an end of a sentence among them counting as some more."""
    number: Figure | None = None
    """A number that must stand among them."""
    unless: tuple[Name, ...] = ()
    """Concepts that mean something else among them."""
    finding: Name | None = None
    trap: Name | None = None
