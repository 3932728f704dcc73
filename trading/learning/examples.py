"""Examples: features with what became of them, each with the times at which it was decided and became known.

A training set is only had by `known_by`: what a model may learn from at a time is what was known by then.
"""

from dataclasses import dataclass

import numpy as np

from trading.learning.candles import Booleans, CandleTable, Floats, Integers, complete_rows
from trading.learning.errors import LeakError
from trading.learning.labels import label_changes


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Examples in the order of their times (ms); `changes` are the price's over the horizon.

    Raise `LeakError` for one that would be known before its horizon has passed.
    """

    horizon: int
    """In ms."""
    decided_at: Integers
    known_at: Integers
    features: Floats
    changes: Floats

    def __post_init__(self) -> None:
        if (self.known_at < self.decided_at + self.horizon).any():
            raise LeakError("a label can't be known before its horizon has passed")
        if (np.diff(self.decided_at) <= 0).any():
            raise LeakError("examples must be in the order of their times, each once: shuffled ones tell the future")

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.decided_at)

    @property
    def outcomes(self) -> Booleans:
        """Whether the price rose."""
        return self.changes > 0

    def known_by(self, time: int) -> "Examples":
        """Return those whose labels were known at a time: what could be learnt from then."""
        return self._those(self.known_at <= time)

    def decided_between(self, start: int, end: int) -> "Examples":
        """Return those that were decided from `start` to before `end`."""
        return self._those((self.decided_at >= start) & (self.decided_at < end))

    def _those(self, chosen: Booleans) -> "Examples":
        decided_at, known_at = self.decided_at[chosen], self.known_at[chosen]
        return Examples(self.horizon, decided_at, known_at, self.features[chosen], self.changes[chosen])


def examples_of(candles: CandleTable, matrix: Floats, *, horizon: int) -> Examples:
    """Return an example for each candle that has features in `matrix` and, `horizon` candles later, an outcome."""
    changes = label_changes(candles, horizon)
    rows = np.flatnonzero(complete_rows(matrix) & np.isfinite(changes))
    decided = candles.close_times()[rows]
    milliseconds = horizon * candles.interval
    return Examples(milliseconds, decided, decided + milliseconds, matrix[rows], changes[rows])
