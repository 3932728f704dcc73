"""The hours of a live strategy: the candles by which it has decided, and a backtest over the very same."""

from datetime import datetime

from django.conf import settings

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.candle_ranges import CandleRange, candle_count
from streaming.times import milliseconds
from trading.backtests.closed_candles import closed_candles
from trading.backtests.parameters import NewBacktest
from trading.backtests.services import backtest_create
from trading.models import Backtest, Strategy
from trading.strategies.errors import StrategyConflictError

_LEAST_CANDLES = 2


def run_candles(strategy: Strategy) -> CandleRange | None:
    """Return the candles by which a strategy has decided since it began (anew), up to the last that it was told of.

    None where there is none yet.
    """
    if strategy.started_at is None or strategy.candle_cursor is None:
        return None
    first = open_time_at(Interval(strategy.interval), milliseconds(strategy.started_at))
    return CandleRange(first, strategy.candle_cursor) if first <= strategy.candle_cursor else None


def strategy_backtest(*, owner_id: int, strategy: Strategy, now: datetime) -> Backtest:
    """Queue a backtest of what a live strategy does, over its own hours, with its money and its account's costs.

    The taker's fee is that of all, as a backtest has one. Raise `StrategyConflictError` where it has decided by fewer
    than two candles that a backtest takes, and what `backtest_create` raises: its quotas hold.
    """
    candles, interval = _settled_candles(strategy, now), Interval(strategy.interval)
    decided = 0 if candles is None else candle_count(interval, candles)
    if candles is None or decided < _LEAST_CANDLES:
        by = f"{decided} {'candle' if decided == 1 else 'candles'}"
        settled = f"closed at least {settings.BACKFILL_CLOSED_SECONDS:g} seconds ago"
        message = f"The strategy has decided by {by} so far that {settled}; a backtest needs at least {_LEAST_CANDLES}"
        raise StrategyConflictError(message)
    given = _backtest_of(strategy, candles)
    return backtest_create(owner_id=owner_id, given=given, now=now, live_strategy_id=strategy.pk)


def _settled_candles(strategy: Strategy, now: datetime) -> CandleRange | None:
    """Return the candles of a run that a backtest takes: those that closed a moment ago it leaves out."""
    candles, interval = run_candles(strategy), Interval(strategy.interval)
    if candles is None:
        return None
    end = next_open_time(interval, candles.end)
    return closed_candles(interval, candles.start, end, now_ms=milliseconds(now))


def _backtest_of(strategy: Strategy, candles: CandleRange) -> NewBacktest:
    return NewBacktest(
        strategy=strategy.strategy,
        symbol=strategy.symbol,
        interval=Interval(strategy.interval),
        start=candles.start,
        end=next_open_time(Interval(strategy.interval), candles.end),
        initial_capital=strategy.investment,
        fee_rate=strategy.account.taker_fee,
        slippage=settings.PAPER_SLIPPAGE,
        params=strategy.parameters,
        fills="touch",
    )
