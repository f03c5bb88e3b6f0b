"""The filter, compiled: all sections on sixteen channels at once, what they remember kept where sums are made.

Written in the words of the compiler: a loop over channels within one over time reads and writes what each section remembers at
every sample, which took four times as long as the sums.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

__all__ = ["TILE", "filter_back", "filtered", "normalised"]

Floats = npt.NDArray[np.float32]
WORD, SINGLE, INDEX = ir.IntType(64), ir.FloatType(), ir.IntType(32)
FUSED = ("contract",)
AT_ONCE = (5, 3, 2, 1)
"""So many sections go at once, the most first: more than these would not find room beside one another."""
MOST = AT_ONCE[0]
TILE = 64
"""Samples that are worked on at once, so that they stay in the nearest memory: the way to the far one costs more than the sums."""
ROW = 4
"""Numbers of a section: its gain, b1, -a1, -a2."""


def normalised(sections: npt.NDArray[np.float64]) -> Floats:
    """Sections (b0 b1 b2 a1 a2, with b2 the same as b0) as rows of ``ROW`` numbers with b0 one; the first has the gain of all."""
    b0, b1, _, a1, a2 = sections.T
    gain = np.ones(len(sections))
    gain[0] = np.prod(b0)
    return np.ascontiguousarray(np.stack([gain, b1 / b0, -a1, -a2], axis=1), np.float32)


@intrinsic(prefer_literal=True)
def _inlined(typing, source, target, jump, n, level, weights, state, row, count, lanes):  # type: ignore[no-untyped-def]
    """So many sections (``count``, of ``AT_ONCE``) on so many channels (``lanes``) at once, ``n`` samples (one or more) in turn.

    Addresses of the first sample, of where it goes, of the levels, the weights and the state; bytes from sample to sample
    (``jump``) and between rows of the state (``row``).
    """
    kind = SINGLE if lanes.literal_value == 1 else ir.VectorType(SINGLE, lanes.literal_value)
    return types.void(*[types.intp] * 9, lanes), lambda _, builder, __, values: _loops(builder, values[:8], values[8], kind)


_beside: Any = _inlined


def _loops(builder: Any, values: Any, count: Any, kind: Any) -> None:
    """A loop for each number of sections that goes at once, and the choice between them."""
    nothing = builder.append_basic_block("nothing")
    choice, done = builder.switch(count, nothing), builder.append_basic_block("after")
    for many in AT_ONCE:
        block = builder.append_basic_block(f"sections{many}")
        choice.add_case(WORD(many), block)
        builder.position_at_end(block)
        _loop(builder, values, kind, many)
        builder.branch(done)
    builder.position_at_end(nothing)
    builder.branch(done)
    builder.position_at_end(done)


def _loop(builder: Any, values: Any, kind: Any, count: int) -> None:
    """The loop of :func:`_inlined`."""
    source, target, jump, n, level, weights, state, row = values
    levels, gain = builder.load(_at(builder, level, kind), align=4), _everywhere(builder, weights, 0, kind)
    rows = [[_everywhere(builder, weights, ROW * s + i, kind) for i in (1, 2, 3)] for s in range(count)]
    places = [_at(builder, builder.add(state, builder.mul(row, WORD(k))), kind) for k in range(2 * count)]
    entry, body, done = builder.block, builder.append_basic_block("body"), builder.append_basic_block("done")
    held = [builder.load(place, align=4) for place in places]
    builder.branch(body)
    builder.position_at_end(body)
    moving = [builder.phi(what) for what in [WORD, WORD, WORD, *[kind] * len(held)]]
    for phi, first in zip(moving, [source, target, n, *held], strict=True):
        phi.add_incoming(first, entry)
    here, there, left, *before = moving
    value = builder.fmul(builder.fsub(builder.load(_at(builder, here, kind), align=4), levels), gain)
    after = []
    for s, (b1, a1, a2) in enumerate(rows):
        out = builder.fadd(value, before[2 * s])
        after.append(_sum(builder, a1, out, _sum(builder, b1, value, before[2 * s + 1])))
        after.append(_sum(builder, a2, out, value))
        value = out
    builder.store(value, _at(builder, there, kind), align=4)
    left_now = builder.sub(left, WORD(1))
    for phi, next_one in zip(moving, [builder.add(here, jump), builder.add(there, jump), left_now, *after], strict=True):
        phi.add_incoming(next_one, body)
    builder.cbranch(builder.icmp_signed(">", left_now, WORD(0)), body, done)
    builder.position_at_end(done)
    for place, last in zip(places, after, strict=True):
        builder.store(last, place, align=4)


def _at(builder: Any, address: Any, kind: Any) -> Any:
    """What lies at an address."""
    return builder.inttoptr(address, kind.as_pointer())


def _sum(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """The sum of a product and ``c``, rounded once where the processor can."""
    return builder.fadd(builder.fmul(a, b, flags=FUSED), c, flags=FUSED)


def _everywhere(builder: Any, weights: Any, k: int, kind: Any) -> Any:
    """A weight for each channel."""
    one = builder.load(_at(builder, builder.add(weights, WORD(4 * k)), SINGLE), align=4)
    if kind is SINGLE:
        return one
    nothing, first = ir.Constant(kind, ir.Undefined), ir.Constant(ir.VectorType(INDEX, kind.count), [0] * kind.count)
    return builder.shuffle_vector(builder.insert_element(nothing, one, INDEX(0)), nothing, first)


@njit(cache=True)
def filtered(x: Floats, level: Floats, weights: Floats, state: Floats, step: int | np.int64, out: Floats) -> None:
    """Second-order sections (transposed direct form II) of (sample, channel), with time (``step`` 1) or against it (-1).

    The level of each channel is taken away first, the result written to ``out``; ``weights`` are rows of :func:`normalised`,
    ``state`` (section, 2, channel) is carried to the next block. Samples of a channel are rounded alike whatever lies beside them.
    All lie in memory row after row: what lies otherwise would be compiled apart, only to be refused.
    """
    n, channels = x.shape
    if out.shape != x.shape or level.shape != (channels,) or state.shape != (len(weights), 2, channels):
        raise ValueError("shapes do not fit")
    row = 4 * channels
    if not (x.flags.c_contiguous and out.flags.c_contiguous):
        raise ValueError("samples must lie one after the other")
    jump, first = step * row, 0 if step > 0 else (n - 1) * row
    source, target, levels = x.ctypes.data + first, out.ctypes.data + first, level.ctypes.data
    nothing = np.zeros(channels, np.float32)
    s = 0
    while s < len(weights) and n:
        left = len(weights) - s
        count = MOST if left >= MOST else 2 if left == 4 else left
        numbers, memory = weights[s:].ctypes.data, state[s:].ctypes.data
        c = 0
        while c < channels:
            at = 4 * c
            if c + 16 <= channels:
                _beside(source + at, target + at, jump, n, levels + at, numbers, memory + at, row, count, 16)
                c += 16
            elif c + 4 <= channels:
                _beside(source + at, target + at, jump, n, levels + at, numbers, memory + at, row, count, 4)
                c += 4
            else:
                _beside(source + at, target + at, jump, n, levels + at, numbers, memory + at, row, count, 1)
                c += 1
        s += count
        source, levels = target, nothing.ctypes.data


@njit(cache=True)
def _filter_tile(x: Floats, begin: int, level: Floats, weights: Floats, state: Floats, tile: Floats) -> int:
    """Against time through a tile of samples from ``begin`` on; they are fetched row after row first, since they lie far."""
    many = min(TILE, len(x) - begin)
    for k in range(many):
        for c in range(x.shape[1]):
            tile[k, c] = x[begin + k, c]
    filtered(tile[:many], level, weights, state, np.int64(-1), tile[:many])  # no literal, for which it would be compiled apart
    return many


@njit(cache=True)
def filter_back(
    ahead: Floats,
    after: Floats,
    weights: Floats,
    state: Floats,
    tile: Floats,
    step: int,
    width: int,
    frames: Floats,
    squares: Floats,
) -> None:
    """Against time through what comes ``after`` and then ``ahead``: every ``step``-th sample, and sums of squares over ``width``.

    The filtered samples themselves are written nowhere but to a tile that is used again and again.
    """
    n, channels = ahead.shape
    none = np.zeros(channels, np.float32)
    squares[:] = 0.0
    for begin in range((len(after) - 1) // TILE * TILE, -1, -TILE):
        _filter_tile(after, begin, none, weights, state, tile)
    for begin in range((n - 1) // TILE * TILE, -1, -TILE):
        many = _filter_tile(ahead, begin, none, weights, state, tile)
        for k in range(-(-begin // step), -(-(begin + many) // step)):
            for c in range(channels):
                frames[k, c] = tile[k * step - begin, c]
        for k in range(begin, min(begin + many, len(squares) * width)):
            for c in range(channels):
                squares[k // width, c] += tile[k - begin, c] * tile[k - begin, c]
