"""Which candles of a range a backtest takes: those that have closed for good."""

from django.conf import settings

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.candle_ranges import CandleRange, candles_between


def closed_candles(interval: Interval, start: int, end: int, *, now_ms: int) -> CandleRange | None:
    """Return the candles that open from `start` up to, not including, `end`, and have closed; None for none.

    All times are ms; one has closed once its end is `BACKFILL_CLOSED_SECONDS` old.
    """
    settled = now_ms - round(settings.BACKFILL_CLOSED_SECONDS * 1000)
    last_closed = open_time_at(interval, open_time_at(interval, settled) - 1)
    return candles_between(interval, start, min(end - 1, last_closed))


def closed_end(interval: Interval, start: int, end: int, *, now_ms: int) -> int:
    """Return when the last of these candles is over, `end` at the latest; `start` where there are none."""
    candles = closed_candles(interval, start, end, now_ms=now_ms)
    return start if candles is None else min(end, next_open_time(interval, candles.end))
