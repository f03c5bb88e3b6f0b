"""What people say and write: the words of a fear, of what means several things, and of what names a finding or a place."""

from myognosis.model.base import Model, Name, Text

__all__ = ["Fear", "Term", "Trap"]


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
