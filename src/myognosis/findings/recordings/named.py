"""The channels that a case names: by their own name, by the beginning of the names of a sensor's axes, or by their kind."""

from difflib import get_close_matches

import numpy as np

from myognosis.faults import Issue, Level, Message
from myognosis.language import mark
from myognosis.model.case import Pair
from myognosis.model.recording import Channel, Recording

__all__ = ["named_channels", "paired_channels"]

_Channels = tuple[Channel, ...]
_COMPARE = mark("Compare the channels with those of the device, and export the recording again.")


def named_channels(recording: Recording, word: str) -> tuple[Channel, ...]:
    """One channel, or all axes of one sensor, of one kind and rate; none where nothing has such a name."""
    wanted = word.casefold()
    ways = (
        lambda channel: channel.name.casefold() == wanted,
        lambda channel: channel.kind == wanted,
        lambda channel: channel.name.casefold().startswith(wanted),
    )
    for way in ways:
        found = tuple(filter(way, recording.channels))
        if found:
            return tuple(c for c in found if (c.kind, c.rate_hz) == (found[0].kind, found[0].rate_hz))
    return ()


def paired_channels(recording: Recording, pair: Pair) -> tuple[_Channels, _Channels, tuple[Issue, ...]]:
    """The channels of both sides of a pair, and why they cannot be compared: a signal is coherent with itself."""
    words = tuple(dict.fromkeys((pair.one, pair.other)))
    one, other = (named_channels(recording, word) for word in (pair.one, pair.other))
    issues = tuple(_unknown(recording, word) for word in words if not named_channels(recording, word))
    if not issues and {id(channel) for channel in one} & {id(channel) for channel in other}:
        what, fix = Message(mark("Both names mean the same channel.")), Message(mark("Name two different channels."))
        issues = (Issue("recording.channel", Level.DOUBT, f"{pair.one} – {pair.other}", what, fix),)
    elif any(np.array_equal(a.samples, b.samples, equal_nan=True) for a in one for b in other):
        what, fix = Message(mark("Both channels hold the same samples, so that they cannot be compared.")), Message(_COMPARE)
        issues = (Issue("recording.channel", Level.DOUBT, f"{pair.one} – {pair.other}", what, fix),)
    return one, other, issues


def _unknown(recording: Recording, word: str) -> Issue:
    """That no channel is called so, with those that are."""
    names = [channel.name for channel in recording.channels]
    near = get_close_matches(word, names, 3, 0.4) or names[:6]
    fix = Message(mark("Name one of: {names}"), {"names": ", ".join(near)})
    return Issue("recording.channel", Level.DOUBT, word, Message(mark("No channel of this recording has this name.")), fix)
