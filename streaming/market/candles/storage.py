"""Storing closed candles, so that storing them again changes nothing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec
from django.db import transaction

from streaming.batches import batched
from streaming.clock import SystemClock
from streaming.events import Interval, Source
from streaming.indicators.bar import Bar
from streaming.market.candles.checks import fault_of
from streaming.market.errors import CandleRefusedError
from streaming.market.models import Candle, CandleGap

_BATCH = 500
_KEY = ["source", "symbol", "interval", "open_time"]
_VALUES = ["open", "high", "low", "close", "volume", "quote_volume", "trades"]

Values = tuple[Decimal | int, ...]


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """How many candles were new, and how many the exchange has revised since they were stored."""

    added: int
    changed: int


class SeriesRows(msgspec.Struct, frozen=True, kw_only=True):
    """Candles of one symbol and interval; `repaired` where they were fetched later to fill a hole of the stream."""

    symbol: str
    interval: Interval
    rows: Sequence[Bar]
    repaired: bool = False


def candles_store(
    *,
    source: Source,
    symbol: str,
    interval: Interval,
    rows: Sequence[Bar],
    repaired: bool = False,
    now_ms: int | None = None,
) -> Stored:
    """Store closed candles of one series, in any order; of two that open together the last counts.

    What is stored already stays as it is; what differs from it, as a number, is replaced. All or nothing: raise
    `CandleRefusedError`, naming the first candle that doesn't lie on the interval's grid, has not closed by `now_ms`
    (by default, now), or is impossible.
    """
    series = SeriesRows(symbol=symbol, interval=interval, rows=rows, repaired=repaired)
    return series_store(source=source, series=[series], now_ms=now_ms)


def series_store(*, source: Source, series: Sequence[SeriesRows], now_ms: int | None = None) -> Stored:
    """Store closed candles of several series in one transaction, each as `candles_store` does."""
    now = SystemClock().now_ms() if now_ms is None else now_ms
    for one in series:
        _check(one, now)
    with transaction.atomic():
        stored = [_store(source, one) for one in sorted(series, key=_order)]
    return Stored(added=sum(one.added for one in stored), changed=sum(one.changed for one in stored))


def candles_forget(*, source: Source) -> int:
    """Delete all candles and gaps of a source; return how many candles there were.

    For a simulated exchange that begins anew: it makes another market, of which the candles of the last say nothing.
    """
    with transaction.atomic():
        forgotten, _ = Candle.objects.filter(source=source.value).delete()
        CandleGap.objects.filter(source=source.value).delete()
    return forgotten


def _order(series: SeriesRows) -> tuple[str, str]:
    """Order series alike in every process, so that two that store at once don't wait for each other in a circle."""
    return series.symbol, series.interval.value


def _check(series: SeriesRows, now_ms: int) -> None:
    for row in series.rows:
        fault = fault_of(row, series.interval, now_ms=now_ms)
        if fault is not None:
            raise CandleRefusedError(
                symbol=series.symbol, interval=series.interval.value, open_time=row.open_time, fault=fault
            )


def _store(source: Source, series: SeriesRows) -> Stored:
    by_time = {row.open_time: row for row in series.rows}
    rows = [by_time[time] for time in sorted(by_time)]
    added = changed = 0
    for batch in batched(rows, _BATCH):
        held = _held(source, series, batch)
        new = [row for row in batch if row.open_time not in held]
        revised = [row for row in batch if row.open_time in held and held[row.open_time] != _values(row)]
        _upsert(source, series, sorted((*new, *revised), key=lambda row: row.open_time))
        added += len(new)
        changed += len(revised)
    return Stored(added=added, changed=changed)


def _held(source: Source, series: SeriesRows, rows: Iterable[Bar]) -> dict[int, Values]:
    found = Candle.objects.filter(
        source=source.value,
        symbol=series.symbol,
        interval=series.interval.value,
        open_time__in=[row.open_time for row in rows],
    ).order_by()
    return {time: tuple(values) for time, *values in found.values_list("open_time", *_VALUES)}


def _values(row: Bar) -> Values:
    return row.open, row.high, row.low, row.close, row.volume, row.quote_volume, row.trades


def _upsert(source: Source, series: SeriesRows, rows: Sequence[Bar]) -> None:
    candles = [
        Candle(
            source=source.value,
            symbol=series.symbol,
            interval=series.interval.value,
            open_time=row.open_time,
            open=row.open,
            high=row.high,
            low=row.low,
            close=row.close,
            volume=row.volume,
            quote_volume=row.quote_volume,
            trades=row.trades,
            repaired=series.repaired,
        )
        for row in rows
    ]
    Candle.objects.bulk_create(candles, update_conflicts=True, unique_fields=_KEY, update_fields=[*_VALUES, "repaired"])
