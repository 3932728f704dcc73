"""Columns of whole numbers as bytes: what a result with tens of thousands of rows is kept in."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_AMOUNT_BYTES = 20
"""160 bits hold amounts of 10⁻²⁴ up to 7 · 10²³ units: of the cheapest coin, what the largest capital buys."""


def packed_integers(values: Sequence[int] | NDArray[np.int64]) -> bytes:
    """Return whole numbers of 64 bits as bytes, the lowest byte first."""
    return np.asarray(values, dtype="<i8").tobytes()


def integers(data: bytes) -> NDArray[np.int64]:
    """Return what `packed_integers` packed; read-only."""
    return np.frombuffer(data, dtype="<i8").astype(np.int64, copy=False)


def packed_amounts(amounts: Iterable[int]) -> bytes:
    """Return amounts as bytes, 20 for each; raise `OverflowError` for one that needs more."""
    return b"".join([amount.to_bytes(_AMOUNT_BYTES, "little", signed=True) for amount in amounts])


def amounts(data: bytes) -> list[int]:
    """Return what `packed_amounts` packed."""
    ends = range(0, len(data), _AMOUNT_BYTES)
    return [int.from_bytes(data[at : at + _AMOUNT_BYTES], "little", signed=True) for at in ends]


def count_of(data: bytes, *, of_amounts: bool = False) -> int:
    """Return how many numbers are packed in `data`."""
    return len(data) // (_AMOUNT_BYTES if of_amounts else 8)


def slice_of(data: bytes, rows: slice, *, of_amounts: bool = False) -> bytes:
    """Return a packed column with only some of its rows; `rows` has no step."""
    width = _AMOUNT_BYTES if of_amounts else 8
    start, stop, _ = rows.indices(len(data) // width)
    return data[start * width : max(start, stop) * width]
