"""Reading stored candles, and what is missing of a range."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import F, Max, Min, QuerySet, Window
from django.db.models.functions import Lag

from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of, next_open_time, open_time_at
from streaming.market.candle_ranges import CandleRange, candles_between, missing_in_range, ranges_without
from streaming.market.candles.gaps import known_gaps
from streaming.market.models import Candle
from streaming.market.sources.answers import KlineRow

_SHORTEST_MONTH = 28 * 86_400_000
_COLUMNS = ("open_time", "open", "high", "low", "close", "volume", "quote_volume", "trades")


def stored_candles(
    *,
    source: Source,
    symbol: str,
    interval: Interval,
    start: int | None = None,
    end: int | None = None,
    limit: int | None = None,
    newest: bool = False,
) -> tuple[KlineRow, ...]:
    """Return the stored candles that open between `start` and `end` (ms, both included), oldest first.

    Of more than `limit` the oldest, or with `newest` the newest.
    """
    found = _within(source, symbol, interval, start, end).order_by("-open_time" if newest else "open_time")
    rows = [
        KlineRow(
            open_time=time,
            open=opening,
            high=high,
            low=low,
            close=close,
            volume=volume,
            close_time=close_time_of(interval, time),
            quote_volume=quote_volume,
            trades=trades,
        )
        for time, opening, high, low, close, volume, quote_volume, trades in found.values_list(*_COLUMNS)[:limit]
    ]
    return tuple(reversed(rows)) if newest else tuple(rows)


def stored_closes(
    *, source: Source, symbols: Collection[str], interval: Interval, start: int, end: int
) -> list[tuple[str, int, Decimal]]:
    """Return the closing prices that are stored of some symbols, each as (symbol, open time in ms, close).

    They are of the candles that open between `start` and `end` (ms, both included), by symbol, then oldest first.
    """
    found = Candle.objects.filter(source=source.value, symbol__in=symbols, interval=interval.value)
    within = found.filter(open_time__gte=start, open_time__lte=end)
    return list(within.order_by("symbol", "open_time").values_list("symbol", "open_time", "close"))


def missing_ranges(
    *, source: Source, symbol: str, interval: Interval, start: int, end: int, known_gaps_too: bool = False
) -> list[CandleRange]:
    """Return which candles that open between `start` and `end` (ms, both included) aren't stored, oldest first.

    Those that the exchange is known not to have don't count, unless with `known_gaps_too`. The database looks for the
    holes; of a year of 1m it returns none but them.
    """
    within = candles_between(interval, max(0, start), end)
    if within is None:
        return []
    missing = _missing(_within(source, symbol, interval, within.start, within.end), interval, within)
    if known_gaps_too:
        return missing
    return ranges_without(interval, missing, known_gaps(source=source, symbol=symbol, interval=interval, within=within))


def _missing(found: QuerySet[Candle], interval: Interval, within: CandleRange) -> list[CandleRange]:
    ends = found.aggregate(first=Min("open_time"), last=Max("open_time"))
    if ends["first"] is None:
        return [within]
    missing = missing_in_range(interval, CandleRange(within.start, ends["first"]), [ends["first"]])
    missing += _holes(found, interval, within)
    after = next_open_time(interval, ends["last"])
    return [*missing, CandleRange(after, within.end)] if after <= within.end else missing


def _holes(found: QuerySet[Candle], interval: Interval, within: CandleRange) -> list[CandleRange]:
    """Return what is missing between stored candles: where one opens later than the one before it ends."""
    is_month = interval is Interval.MONTH_1
    length = _SHORTEST_MONTH if is_month else next_open_time(interval, within.start) - within.start
    steps = (
        found.order_by()
        .annotate(previous=Window(Lag("open_time"), order_by=F("open_time").asc()))
        .filter(open_time__gt=F("previous") + length)
        .order_by("open_time")
        .values_list("previous", "open_time")
    )
    holes = []
    for previous, time in steps:
        start = next_open_time(interval, previous)
        if start < time:
            holes.append(CandleRange(start, open_time_at(interval, time - 1)))
    return holes


def _within(source: Source, symbol: str, interval: Interval, start: int | None, end: int | None) -> QuerySet[Candle]:
    found = Candle.objects.filter(source=source.value, symbol=symbol, interval=interval.value)
    if start is not None:
        found = found.filter(open_time__gte=start)
    if end is not None:
        found = found.filter(open_time__lte=end)
    return found
