"""Matrix products of the size that one case needs."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["product"]

_ONE_THREAD = 262_144
"""Multiplications up to which OpenBLAS keeps to one thread (its GEMM_MULTITHREAD_THRESHOLD of 4 times 65,536)."""


def product(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The product ``left @ right`` on one thread.

    For matrices of a few hundred rows, waking other threads costs more than they give: on two busy cores an assessment took
    72 ms with them and 13 ms without. Blocks of rows below the threshold of the library keep to one.

    >>> product(np.eye(2), np.array([[1.0], [2.0]])).tolist()
    [[1.0], [2.0]]
    """
    rows = max(1, _ONE_THREAD // max(1, left.shape[1] * right.shape[1]))
    blocks = [left[start : start + rows] @ right for start in range(0, len(left), rows)]
    return np.concatenate(blocks) if blocks else left @ right
