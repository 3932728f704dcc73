"""Labels: what became of a decision once its horizon has passed, and never before.

A decision waits in a queue until the candle closes that ends its horizon. Nothing else makes a label while the market
runs, so nothing can learn from a price that wasn't there yet. `label_changes` does the same over a history.
"""

from collections import deque
from collections.abc import Sequence

import msgspec
import numpy as np

from trading.learning.candles import CandleTable, Floats
from trading.learning.definitions import Vector
from trading.learning.errors import CandleTableError, SettingsError


class ModelDecision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was seen and thought at a candle's close: `time` in ms, `price` the close, the model's `score`.

    `is_spoken` says whether users were told a direction, or the model kept silent.
    """

    time: int
    price: float
    features: Vector
    score: float
    probability: float
    is_spoken: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of a decision: the price's change over the horizon (0.01 is a per cent), known since `known_at`."""

    decision: ModelDecision
    known_at: int
    change: float

    @property
    def is_up(self) -> bool:
        """Whether the price stood higher; one that stood the same counts as no rise."""
        return self.change > 0


class LearntLabels(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many labels a model has learnt, and when the `newest` became known (ms); None before the first."""

    count: int = 0
    newest: int | None = None


class LabelQueue:
    """Decisions that wait for their horizon to pass: as many as it has candles, at most."""

    def __init__(self, *, horizon: int, interval: int, waiting: Sequence[ModelDecision] = ()) -> None:
        """Wait for `horizon` candles of `interval` ms; `waiting` are decisions that wait already, oldest first."""
        if horizon < 1:
            raise SettingsError("horizon must be at least 1 candle")
        self._milliseconds = horizon * interval
        self._waiting = deque(waiting)
        self._now = waiting[-1].time if waiting else -1
        self.lost = 0
        """Decisions whose candle at the horizon's end never came."""

    @property
    def waiting(self) -> tuple[ModelDecision, ...]:
        """Those that wait, oldest first."""
        return tuple(self._waiting)

    def close(self, time: int, price: float) -> Outcome | None:
        """Take a candle's close; return what became of the decision whose horizon ends with it.

        Raise `CandleTableError` where the time doesn't go forward.
        """
        if time <= self._now:
            raise CandleTableError(f"the candle that closes at {time} isn't later than that of {self._now}")
        self._now = time
        while self._waiting and self._waiting[0].time + self._milliseconds < time:
            self._waiting.popleft()
            self.lost += 1
        if not self._waiting or self._waiting[0].time + self._milliseconds != time:
            return None
        decision = self._waiting.popleft()
        return Outcome(decision=decision, known_at=time, change=price / decision.price - 1)

    def add(self, decision: ModelDecision) -> None:
        """Let a decision wait; raise `CandleTableError` where it isn't upon the candle that closed last."""
        if decision.time != self._now:
            raise CandleTableError(f"a decision at {decision.time} isn't upon the candle that closed at {self._now}")
        self._waiting.append(decision)


def label_changes(candles: CandleTable, horizon: int) -> Floats:
    """Return the price's change from each candle's close to the close `horizon` candles later; NaN where there is none.

    A candle that is missing makes no label: only a close at that very time counts.
    """
    changes = np.full(len(candles), np.nan)
    later = np.searchsorted(candles.open_time, candles.open_time + horizon * candles.interval)
    rows = np.flatnonzero(later < len(candles))
    rows = rows[candles.open_time[later[rows]] == candles.open_time[rows] + horizon * candles.interval]
    changes[rows] = candles.close[later[rows]] / candles.close[rows] - 1
    return changes
