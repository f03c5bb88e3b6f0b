"""The memory of the server: one heap for all threads, and what lies free in it goes back to the computer."""

import asyncio
import ctypes
from contextlib import suppress

__all__ = ["give_back", "keep_small", "one_heap"]

_M_ARENA_MAX = -8
"""By this number the C library of GNU knows what is limited here (mallopt(3)); others do not know it and do not need it."""
_EACH_S = 1.0


def one_heap() -> None:
    """All threads take memory from one place: each with a heap of its own, fifty people at once left 60 MB more behind."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Pages of the heap that nobody uses: ten megabytes after the start, five after the questions. It takes half a millisecond."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


async def keep_small() -> None:
    """Give back again and again, until cancelled."""
    while True:
        await asyncio.sleep(_EACH_S)
        give_back()
