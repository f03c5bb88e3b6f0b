"""A door on the home network for a phone, open only while a person wants it, for one case."""

from myognosis.web.doorway.door import OPEN_S, Door, Doorway, Invitation, NoHomeNetwork

__all__ = ["OPEN_S", "Door", "Doorway", "Invitation", "NoHomeNetwork"]
