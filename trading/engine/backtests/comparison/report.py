"""The report of a live run and a backtest over each other: what they came to, and each difference by its name.

Linear in what the two did; of differences the first `MOST_DIFFERENCES` are told, as later ones mostly follow from them,
and all are counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import median_low
from typing import Any

import msgspec

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from streaming.numbers import exact_text
from trading.engine.backtests.comparison.compared_run import (
    ComparedFill,
    ComparedOrder,
    ComparedRun,
    ComparedSignal,
    decided_at,
    orders_as_of,
)
from trading.engine.backtests.comparison.differences import (
    DifferenceKind,
    KnownCauses,
    NotAsked,
    OrderDifference,
    SignalDifference,
    order_difference,
    signal_difference,
)
from trading.engine.backtests.comparison.pairing import DecisionPair, paired
from trading.engine.orders.types import OrderType

MOST_DIFFERENCES = 200
MOST_NOT_ASKED = 50
MOST_FILLS = 500
_NEAR_CANDLES = 2
"""So many candles apart, two decisions of one kind are the same one at another time."""


class NothingInCommonError(ValueError):
    """Two runs have no candle in common."""


class RunTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did in the time that is compared: counts, and money of quote. `realised` is net of fees."""

    signals: int
    orders: int
    executed_orders: int
    fills: int
    turnover: Decimal
    fees: Decimal
    realised: Decimal


class SettingDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A setting by its name, as each run had it; empty where a run has none of it."""

    name: str
    live: str
    backtest: str


class ExecutionDelay(msgspec.Struct, frozen=True, kw_only=True):
    """How long after their candle's close live orders at the market were executed first, in ms."""

    orders: int
    median: int
    longest: int


class ComparisonReport(msgspec.Struct, frozen=True, kw_only=True):
    """What differs of the decisions from `start` to before `end` (ms); signals are compared up to `signals_end`.

    `same_orders` and `same_signals` count those that don't differ. `price_gain` is what all live prices together
    brought beside the backtest's, of quote. `not_asked` has the first `MOST_NOT_ASKED` of `not_asked_count`. `delay` is
    None where nothing was ordered at the market. Of the executions of each the first `MOST_FILLS` are there.
    """

    start: int
    end: int
    signals_start: int
    signals_end: int
    live_totals: RunTotals
    backtest_totals: RunTotals
    same_orders: int
    same_signals: int
    price_gain: Decimal
    kinds: Mapping[DifferenceKind, int]
    orders: tuple[OrderDifference, ...]
    order_count: int
    signals: tuple[SignalDifference, ...]
    signal_count: int
    settings: tuple[SettingDifference, ...]
    not_asked: tuple[NotAsked, ...]
    not_asked_count: int
    delay: ExecutionDelay | None
    live_fills: tuple[ComparedFill, ...]
    backtest_fills: tuple[ComparedFill, ...]


class _Window(msgspec.Struct, frozen=True):
    """What is compared of the decisions at the closes of candles: those from `start` on, before `end`."""

    interval: Interval
    start: int
    end: int

    def has(self, time: int) -> bool:
        """Return whether what was said at `time` was decided within it."""
        return self.start <= decided_at(self.interval, time) < self.end


def comparison_report(
    live: ComparedRun, backtest: ComparedRun, interval: Interval, not_asked: Sequence[NotAsked]
) -> ComparisonReport:
    """Return what differs of two runs on candles of one symbol; `not_asked` are of the live one, oldest first.

    Raise `NothingInCommonError` where their times have no candle in common.
    """
    window = _window(live, backtest, interval)
    of_signals = _Window(
        interval,
        max(window.start, live.signals_start, backtest.signals_start),
        min(window.end, live.signals_end, backtest.signals_end),
    )
    settings = _setting_differences(live.settings, backtest.settings)
    live_orders, tested_orders = (_orders_within(run, window) for run in (live, backtest))
    order_pairs = _pairs(live_orders, tested_orders, interval)
    signal_pairs = _signal_pairs(live.signals, backtest.signals, of_signals)
    causes = KnownCauses(settings_differ=bool(settings), not_asked=not_asked)
    orders = _order_differences(order_pairs, interval, causes)
    if orders:
        causes = msgspec.structs.replace(causes, first_difference=orders[0].time)
    signals = _signal_differences(signal_pairs, interval, causes)
    return ComparisonReport(
        start=window.start,
        end=window.end,
        signals_start=of_signals.start,
        signals_end=max(of_signals.start, of_signals.end),
        live_totals=_totals(live, live_orders, window),
        backtest_totals=_totals(backtest, tested_orders, window),
        same_orders=len(order_pairs) - len(orders),
        same_signals=len(signal_pairs) - len(signals),
        price_gain=sum((one.gain for one in orders if one.gain is not None), Decimal(0)),
        kinds=Counter([kind for one in orders for kind in one.kinds] + [kind for one in signals for kind in one.kinds]),
        orders=tuple(orders[:MOST_DIFFERENCES]),
        order_count=len(orders),
        signals=tuple(signals[:MOST_DIFFERENCES]),
        signal_count=len(signals),
        settings=settings,
        not_asked=tuple(not_asked[:MOST_NOT_ASKED]),
        not_asked_count=len(not_asked),
        delay=_delay(live_orders, interval),
        live_fills=_fills_within(live, window)[:MOST_FILLS],
        backtest_fills=_fills_within(backtest, window)[:MOST_FILLS],
    )


def _window(live: ComparedRun, backtest: ComparedRun, interval: Interval) -> _Window:
    """Return the time of both runs; what the last candle's close decides is left out, as none comes to execute it."""
    start, end = max(live.start, backtest.start), min(live.end, backtest.end)
    if end <= start:
        raise NothingInCommonError("the run and the backtest have no candle in common")
    return _Window(interval, start, end)


def _orders_within(run: ComparedRun, window: _Window) -> list[ComparedOrder]:
    orders = orders_as_of(window.end, run.orders, run.fills)
    return [order for order in orders if window.has(order.placed_at)]


def _fills_within(run: ComparedRun, window: _Window) -> tuple[ComparedFill, ...]:
    return tuple(fill for fill in run.fills if window.start <= fill.time < window.end)


def _pairs(
    live: Sequence[ComparedOrder], tested: Sequence[ComparedOrder], interval: Interval
) -> list[DecisionPair[ComparedOrder]]:
    return paired(
        sorted(live, key=lambda order: order.placed_at),
        tested,
        kind=lambda order: (order.side, order.type),
        decided=lambda order: decided_at(interval, order.placed_at),
        tolerance=_tolerance(interval),
    )


def _signal_pairs(
    live: Iterable[ComparedSignal], tested: Iterable[ComparedSignal], window: _Window
) -> list[DecisionPair[ComparedSignal]]:
    return paired(
        [signal for signal in live if window.has(signal.time)],
        [signal for signal in tested if window.has(signal.time)],
        kind=lambda signal: signal.action,
        decided=lambda signal: decided_at(window.interval, signal.time),
        tolerance=_tolerance(window.interval),
    )


def _order_differences(
    pairs: Iterable[DecisionPair[ComparedOrder]], interval: Interval, causes: KnownCauses
) -> list[OrderDifference]:
    found: list[OrderDifference] = []
    for pair in pairs:
        difference = order_difference(pair, is_other_time=_is_other_time(pair, interval), causes=causes)
        if difference is None:
            continue
        found.append(difference)
        if causes.first_difference is None:
            causes = msgspec.structs.replace(causes, first_difference=difference.time)
    return found


def _signal_differences(
    pairs: Iterable[DecisionPair[ComparedSignal]], interval: Interval, causes: KnownCauses
) -> list[SignalDifference]:
    found = []
    for pair in pairs:
        live, tested = pair.live, pair.tested
        is_other = live is not None and tested is not None and _decisions_differ(live.time, tested.time, interval)
        difference = signal_difference(pair, is_other_time=is_other, causes=causes)
        if difference is not None:
            found.append(difference)
    return found


def _is_other_time(pair: DecisionPair[ComparedOrder], interval: Interval) -> bool:
    """Return whether both had it, and decided or first executed it in other candles."""
    live, tested = pair.live, pair.tested
    if live is None or tested is None:
        return False
    if _decisions_differ(live.placed_at, tested.placed_at, interval):
        return True
    if live.filled_at is None or tested.filled_at is None:
        return False
    return open_time_at(interval, live.filled_at) != open_time_at(interval, tested.filled_at)


def _decisions_differ(live: int, tested: int, interval: Interval) -> bool:
    return decided_at(interval, live) != decided_at(interval, tested)


def _tolerance(interval: Interval) -> int:
    return _NEAR_CANDLES * next_open_time(interval, 0)


def _totals(run: ComparedRun, orders: Sequence[ComparedOrder], window: _Window) -> RunTotals:
    fills = _fills_within(run, window)
    return RunTotals(
        signals=sum(window.has(signal.time) for signal in run.signals),
        orders=len(orders),
        executed_orders=sum(order.filled > 0 for order in orders),
        fills=len(fills),
        turnover=sum((fill.price * fill.quantity for fill in fills), Decimal(0)),
        fees=sum((fill.fee for fill in fills), Decimal(0)),
        realised=sum((fill.realised for fill in fills), Decimal(0)),
    )


def _delay(live: Iterable[ComparedOrder], interval: Interval) -> ExecutionDelay | None:
    waits = [
        order.filled_at - decided_at(interval, order.placed_at)
        for order in live
        if order.type is OrderType.MARKET and order.filled_at is not None
    ]
    return ExecutionDelay(orders=len(waits), median=median_low(waits), longest=max(waits)) if waits else None


def _setting_differences(live: Mapping[str, Any], backtest: Mapping[str, Any]) -> tuple[SettingDifference, ...]:
    names = {**live, **backtest}
    return tuple(
        SettingDifference(name=name, live=exact_text(live.get(name)), backtest=exact_text(backtest.get(name)))
        for name in names
        if live.get(name) != backtest.get(name)
    )
