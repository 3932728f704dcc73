"""Closed candles as columns of floats: what models are trained on. Money isn't computed with them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from trading.learning.errors import CandleTableError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
COLUMNS = ("open", "high", "low", "close", "volume")


def complete_rows(matrix: Floats) -> Booleans:
    """Return which rows have no NaN."""
    complete: Booleans = np.isfinite(matrix.sum(axis=1))
    return complete


@dataclass(frozen=True, slots=True, eq=False)
class CandleTable:
    """Closed candles of one symbol, oldest first; some may be missing.

    `interval` and `open_time` are in ms, prices in quote, `volume` in base. Raise `CandleTableError` where columns
    differ in length, candles overlap, or a price is not above 0.
    """

    interval: int
    open_time: Integers
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __post_init__(self) -> None:
        columns = [self.column(name) for name in COLUMNS]
        if any(len(column) != len(self.open_time) for column in columns):
            raise CandleTableError("the columns of candles must be of one length")
        if self.interval <= 0 or (np.diff(self.open_time) < self.interval).any():
            raise CandleTableError("candles must be in the order of their times, each once, and not overlap")
        if not all(np.isfinite(column).all() for column in columns) or (len(self.low) and self.low.min() <= 0):
            raise CandleTableError("each price must be a number above 0, each volume a number")

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.open_time)

    def column(self, name: str) -> Floats:
        """Return the column of that name, one of `COLUMNS`."""
        column: Floats = getattr(self, name)
        return column

    def close_times(self) -> Integers:
        """Return the last ms of each: when a decision upon it can be made."""
        return self.open_time + (self.interval - 1)

    def until(self, index: int) -> "CandleTable":
        """Return the first `index` candles."""
        return self.between(0, index)

    def between(self, first: int, end: int) -> "CandleTable":
        """Return the candles from index `first` to before `end`."""
        chosen = slice(first, end)
        return CandleTable(self.interval, self.open_time[chosen], *(self.column(name)[chosen] for name in COLUMNS))

    def stretches(self) -> Iterator[slice]:
        """Yield where candles follow each other without a hole."""
        ends = np.flatnonzero(np.diff(self.open_time) != self.interval) + 1
        edges = [0, *ends.tolist(), len(self)]
        yield from (slice(first, last) for first, last in pairwise(edges) if first < last)

    def digest(self) -> str:
        """Return SHA-256 of all that is in them, in hexadecimal."""
        digest = hashlib.sha256(self.interval.to_bytes(8, "big"))
        for column in (self.open_time, *(self.column(name) for name in COLUMNS)):
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()
