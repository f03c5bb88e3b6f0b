"""The memory of the server: what lies free in the heap goes back to the computer."""

import asyncio
import ctypes
import re
import sys
from pathlib import Path

import pytest

from myognosis.web import heap

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a process reads its own memory so")
N, SIZE = 1000, 40_000


def resident_mb() -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def used_and_freed(library: ctypes.CDLL) -> int:
    """Forty megabytes are used and freed below one block that stays; its address."""
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)
    blocks = [library.malloc(SIZE) for _ in range(N)]
    for block in blocks:
        ctypes.memset(block, 1, SIZE)
    for block in blocks[:-1]:
        library.free(block)
    return int(blocks[-1])


def test_what_many_people_needed_goes_back_while_the_server_waits(monkeypatch: pytest.MonkeyPatch):
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        pytest.skip("another C library gives back by itself")
    monkeypatch.setattr(heap, "_EACH_S", 0.001)
    last, before = used_and_freed(library), resident_mb()

    async def wait() -> None:
        task = asyncio.create_task(heap.keep_small())
        await asyncio.sleep(0.02)
        assert task.cancel()

    asyncio.run(wait())
    assert resident_mb() < before - 20
    library.free(last)
