"""How far before a backtest's start its candles begin: for what its strategy looks back at, and for models it asks."""

from typing import NamedTuple

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.candle_ranges import last_candle_range
from streaming.times import milliseconds
from trading.engine.strategies.candles import MOST_CANDLES
from trading.learning.features import HISTORY_NEEDED
from trading.models import Backtest
from trading.running.asked_versions import spans_asked


class History(NamedTuple):
    """From which open times (ms) on a run knows candles: its strategy, and whoever of it knows the most."""

    warm_from: int
    candles_from: int


def history_of(backtest: Backtest, first: int) -> History:
    """Return what a run knows before its first candle, which opens at `first` (ms): as much as a live one does.

    A live model has been told every candle since its training, by which it may have learnt, or fallen silent. So the
    versions that speak in the run are told all of those, too. One that expires before `first` says nothing in it.
    """
    warm_from = _warm_from(backtest, first)
    length = next_open_time(Interval(backtest.interval), 0)
    told_from = [
        span.trained_to - HISTORY_NEEDED * length for span in spans_asked(backtest) if span.valid_until > first
    ]
    return History(warm_from, max(0, min([warm_from, *told_from])))


def _warm_from(backtest: Backtest, first: int) -> int:
    """Return where a strategy's own history begins: over the hours of a live run where the live one's did."""
    interval = Interval(backtest.interval)
    live = backtest.live_strategy
    if live is not None and live.started_at is not None:
        known = live.memory.get("warm_from")
        if known is not None and open_time_at(interval, milliseconds(live.started_at)) == first:
            return int(known)  # unless it has begun anew since, by other candles
    return max(0, last_candle_range(interval, first, MOST_CANDLES + 1).start)
