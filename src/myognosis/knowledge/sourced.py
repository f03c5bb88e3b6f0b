"""What rests on a source."""

from myognosis.model.base import Model, Name, Trust

__all__ = ["Sourced"]


class Sourced(Model):
    """Anything that rests on a source and says how far it may be trusted."""

    source: Name
    trust: Trust
