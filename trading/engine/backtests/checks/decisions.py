"""What a strategy decided, when: its orders and signals, to be compared between two runs."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from trading.engine.backtests.checks.report import Difference
from trading.engine.backtests.outcome import RunOutcome
from trading.engine.backtests.series import CandleSeries, Integers
from trading.engine.orders.order import Order
from trading.engine.strategies.signals import Signal


class Decision(NamedTuple):
    """An order or a signal, at `time` (ms): `what` it does at all, and all else that it says."""

    time: int
    what: str
    details: tuple[object, ...]

    def __str__(self) -> str:
        return " ".join((self.what, *(str(detail) for detail in self.details if detail)))


def orders_until(outcome: RunOutcome, time: int) -> list[Decision]:
    """Return the orders that were placed up to `time` (ms), in their order."""
    return [_of_order(order) for order in outcome.orders if order.placed_at <= time]


def signals_until(outcome: RunOutcome, time: int) -> list[Decision]:
    """Return the signals that were given up to `time` (ms), in their order."""
    return [_of_signal(signal) for signal in outcome.signals if signal.time <= time]


def decision_candles(outcome: RunOutcome, candles: CandleSeries) -> Integers:
    """Return the indexes of the candles at whose close something was decided, ascending."""
    times = [order.placed_at for order in outcome.orders] + [signal.time for signal in outcome.signals]
    found = np.unique(np.searchsorted(candles.open_time, np.array(times, dtype=np.int64), side="right") - 1)
    return found[(found >= 0) & (found < len(candles))]


def stretch(candles: CandleSeries, first: int, stop: int) -> CandleSeries:
    """Return the candles from index `first` to before `stop`, or to the last."""
    return candles.between(int(candles.open_time[first]), int(candles.open_time[min(stop, len(candles)) - 1]) + 1)


def first_difference(expected: RunOutcome, found: RunOutcome, *, until: int) -> Difference | None:
    """Return the first decision up to `until` (ms) in which two runs differ; None where they agree."""
    pairs = [
        (orders_until(expected, until), orders_until(found, until)),
        (signals_until(expected, until), signals_until(found, until)),
    ]
    differences = [difference for pair in pairs for difference in _differences(*pair)]
    return min(differences, key=lambda difference: difference.time, default=None)


def _differences(expected: Sequence[Decision], found: Sequence[Decision]) -> Iterator[Difference]:
    """Give the first difference of two lists, where they have one."""
    for one, other in zip_longest(expected, found):
        if one != other:
            time = min(decision.time for decision in (one, other) if decision)
            yield Difference(time=time, expected=str(one or ""), found=str(other or ""))
            return


def _of_order(order: Order) -> Decision:
    asked = order.request
    amounts = (asked.quantity, asked.quote_amount, asked.price, asked.stop_price)
    return Decision(order.placed_at, f"{asked.side} {asked.type}", (*amounts, asked.time_in_force, asked.cancel_group))


def _of_signal(signal: Signal) -> Decision:
    return Decision(signal.time, f"signal {signal.action}", (signal.confidence,))
