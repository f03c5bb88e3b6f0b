"""What rests on a source."""

from typing import Annotated

from pydantic import Field

from myognosis.model.base import Model, Name, Trust

__all__ = ["At", "Sourced"]

_ONE = r"(abstract|text|(table|figure|page|section|supplement) [A-Za-z0-9.\-]{1,12})"
At = Annotated[str, Field(pattern=rf"^{_ONE}(; {_ONE}){{0,3}}$")]
"""Where in a source a number stands: ``abstract``, ``text``, ``table 2``, ``page 853``; several with a semicolon between."""


class Sourced(Model):
    """Anything that rests on a source and says how far it may be trusted."""

    source: Name
    trust: Trust
    at: At | None = None
    """Where in the source it stands, where that was noted."""
