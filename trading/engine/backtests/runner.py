"""Runs a strategy over candles: first what a candle executes, then the candle itself, one after another.

A market order is executed at the open of the candle after the one at whose close it was placed. What is open at the
end stays open. Candles at which nothing can happen are skipped: no order is reached, and the strategy, where it can
say so in advance, has no interest in them. To look at every one of them gives the same, later.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trading.engine.amounts import decimal_of
from trading.engine.backtests.candle_exchange import CandleExchange
from trading.engine.backtests.finer_candles import FinerCandles
from trading.engine.backtests.outcome import RunOutcome, holdings_of
from trading.engine.backtests.plan import BacktestPlan, Progress, Report
from trading.engine.backtests.series import CandleSeries
from trading.engine.backtests.series_context import BacktestClock, SeriesCandle, SeriesContext
from trading.engine.backtests.series_indicators import SeriesIndicators
from trading.engine.backtests.skipping import CandleReader
from trading.engine.backtests.strategy_calls import StrategyCalls
from trading.engine.strategies.paper_broker import PaperBroker
from trading.engine.strategies.registry import strategy_of
from trading.engine.strategies.strategy import Strategy

Strategies = Mapping[str, type[Strategy[Any]]]

_STEPS_BETWEEN_REPORTS = 50
"""Steps (candles matched, or told to the strategy) between two questions whether to go on."""
_SECONDS_BETWEEN_REPORTS = 0.1
"""After so long it is asked at the next step: a strategy may be slow, and whoever cancels doesn't wait for it long."""
_INDEXES_AT_ONCE = 65_536


def run(
    plan: BacktestPlan,
    series: CandleSeries,
    *,
    strategies: Strategies | None = None,
    indicators: SeriesIndicators | None = None,
    finer: CandleSeries | None = None,
    report: Report | None = None,
    every_candle: bool = False,
    monotonic: Callable[[], float] = time.monotonic,
) -> RunOutcome:
    """Run a plan over a series, of which the candles before the plan's start are history for the indicators alone.

    Candles that `finer` ones make up are matched by those. `report` is told of progress, and ends the run where it
    answers False. `strategies` are those that may be run, by default the installed ones; `indicators` those of the
    series that other runs have computed. `every_candle` skips none: slower, for the same outcome. `monotonic` gives
    the seconds by which reports fall due. Raise `StrategyParametersError` for a strategy or parameters that don't
    exist, `StrategyError` where its code raises.
    """
    kind = strategy_of(plan.strategy, strategies)
    computed = indicators or SeriesIndicators(series)
    return _Run(
        plan,
        series,
        kind,
        indicators=computed,
        finer=finer,
        report=report,
        every_candle=every_candle,
        monotonic=monotonic,
    ).drive()


class _Run:
    """One run; `_price` is the last price that the strategy knows, in ticks."""

    def __init__(
        self,
        plan: BacktestPlan,
        series: CandleSeries,
        strategy: type[Strategy[Any]],
        *,
        indicators: SeriesIndicators,
        finer: CandleSeries | None,
        report: Report | None,
        every_candle: bool,
        monotonic: Callable[[], float],
    ) -> None:
        self._plan = plan
        self._series = series
        self._report = report
        self._every_candle = every_candle
        self._monotonic = monotonic
        self._first, self._last = map(int, np.searchsorted(series.open_time, (plan.start, plan.end)))
        self._reader = CandleReader(series)
        self._finer = FinerCandles(series, finer) if finer else None
        self._finer_used = 0
        self._exchange = CandleExchange(plan)
        self._clock = BacktestClock(plan.start)
        self._price = int(series.open[self._first]) if self._first < self._last else 0
        self._context = SeriesContext(series, indicators, self._clock, self._first - 1)
        self._context.broker = PaperBroker(
            self._exchange.exchange,
            self._exchange.settlement,
            place=self._exchange.exchange.place,
            market=lambda: self._price,
            clock=self._clock,
        )
        self._calls = StrategyCalls(plan, strategy, self._context, self._exchange)
        self._steps = 0
        self._due_at = self._monotonic() + _SECONDS_BETWEEN_REPORTS

    def drive(self) -> RunOutcome:
        """Run from the first candle to the last, or until the report says to stop; return what came of it."""
        self._calls.start()
        done = self._advance(self._candles_of_interest())
        if done > self._first:
            self._see(done - 1)
            self._clock.time += 1
        self._calls.stop()
        self._tell(done)
        return self._outcome(done)

    def _advance(self, interesting: Iterator[int]) -> int:
        """Go from one candle at which something happens to the next; return the index after the last one done."""
        index, target = self._first, next(interesting, self._last)
        while index < self._last:
            is_due = self._steps >= _STEPS_BETWEEN_REPORTS or (self._steps and self._monotonic() >= self._due_at)
            if is_due and not self._tell(index):
                break
            stop = min(target + 1, self._last)
            matched = index if self._every_candle else self._exchange.next_matched(self._reader, index, stop)
            if matched < stop:
                self._match(matched)
                index = matched + 1
            else:
                index = stop
            if index > target:
                self._steps += 1
                self._see(target)
                self._calls.candle(SeriesCandle(self._series, target))
                target = next(interesting, self._last)
        return index

    def _candles_of_interest(self) -> Iterator[int]:
        mask = None if self._every_candle else self._calls.interesting(self._context.all_data())
        return iter(range(self._first, self._last)) if mask is None else _indexes(mask, self._first, self._last)

    def _match(self, index: int) -> None:
        """Match a candle, by the finer ones that make it up where there are."""
        within = self._finer.within(index) if self._finer else None
        if within is not None:
            self._match_finer(index, *within)
            return
        self._steps += 1
        fills = self._exchange.match(self._reader, index)
        if fills:
            self._see(index)
            self._calls.fills(fills)

    def _match_finer(self, index: int, start: int, stop: int) -> None:
        """Match finer candles, within one that hasn't closed yet: the strategy sees the candle before it."""
        assert self._finer is not None  # noqa: S101 - within told of them
        reader, executed = self._finer.reader, len(self._exchange.fills)
        self._context.index = index - 1
        while start < stop:
            matched = start if self._every_candle else self._exchange.next_matched(reader, start, stop)
            start = matched + 1
            if matched == stop:
                break
            self._steps += 1
            fills = self._exchange.match(reader, matched)
            if fills:
                self._clock.time, self._price = reader.close_time(matched), reader.close[matched]
                self._calls.fills(fills)
        self._finer_used += len(self._exchange.fills) > executed

    def _see(self, index: int) -> None:
        """Let the strategy's time be the close of a candle."""
        self._context.index = index
        self._clock.time, self._price = self._reader.close_time(index), self._reader.close[index]

    def _tell(self, index: int) -> bool:
        """Report how far the run is; return whether to go on."""
        self._steps, self._due_at = 0, self._monotonic() + _SECONDS_BETWEEN_REPORTS
        if self._report is None:
            return True
        last = min(max(self._first, index - 1), len(self._series) - 1)
        price = self._reader.close[last] if len(self._series) else 0
        worth = {self._plan.instrument.base: price * self._plan.instrument.price_unit}
        return self._report(
            Progress(
                done=index - self._first,
                total=self._last - self._first,
                time=self._reader.open_time[last] if len(self._series) else self._plan.start,
                fills=len(self._exchange.fills),
                equity=decimal_of(self._exchange.account.equity(worth)),
            )
        )

    def _outcome(self, done: int) -> RunOutcome:
        exchange, context = self._exchange, self._context
        return RunOutcome(
            orders=tuple(exchange.orders),
            fills=tuple(exchange.fills),
            holdings=holdings_of(self._plan, self._series, exchange.fills),
            first_candle=self._first,
            candles_done=done - self._first,
            is_partial=done < self._last,
            path_dependent_fills=sum(fill.depends_on_path for fill in exchange.fills),
            finer_candles=self._finer_used,
            warm_up=context.warm_up(),
            signals=tuple(context.signals),
            signal_count=context.signal_count,
            refusals=tuple(exchange.refusals),
            refusal_count=exchange.refusal_count,
        )


def _indexes(mask: NDArray[np.bool_], first: int, last: int) -> Iterator[int]:
    """Give the first index and those of what is true, some at a time: a long series needs no list of them all."""
    if first < last:
        yield first
    for start in range(first + 1, last, _INDEXES_AT_ONCE):
        end = min(start + _INDEXES_AT_ONCE, last)
        yield from (np.flatnonzero(mask[start:end]) + start).tolist()
