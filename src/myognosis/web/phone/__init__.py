"""The phone's own motion sensor: a door on the home network, open only while a person wants it, for one case."""

from myognosis.web.phone.door import OPEN_S, Door, Doorway, NoHomeNetwork

__all__ = ["OPEN_S", "Door", "Doorway", "NoHomeNetwork"]
