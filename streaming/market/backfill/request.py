"""What was asked for, checked: series, range, origin. Pure.

Times are `YYYY-MM-DD` or ISO 8601, in UTC unless they say otherwise; a range holds the candles that open from its start
up to, not including, its end.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from streaming.events import Interval, Source
from streaming.events.intervals import open_time_at
from streaming.market.backfill.errors import BackfillRefusedError
from streaming.market.backfill.plan import CandleOrigin
from streaming.market.candle_ranges import CandleRange, candle_count, candles_between

_OPENED = {Source.BINANCE: 1_499_990_400_000}
"""When an exchange opened, where it isn't for its REST to say: Binance on 2017-07-14."""
_WITH_ARCHIVE = {Source.BINANCE, Source.SIMULATOR}
"""Whose candles are in files: others' come by REST alone."""


class BackfillRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One range of each symbol in each interval; `candles` of each interval, the closed ones alone."""

    source: Source
    symbols: tuple[str, ...]
    candles: dict[Interval, CandleRange]
    origin: CandleOrigin
    verify: bool


class RequestLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The most candles of one request, and how long (ms) after its end a candle has surely closed."""

    maximum_candles: int
    settled: int


def backfill_request(
    *,
    source: Source,
    symbols: Sequence[str],
    intervals: Sequence[str],
    start: str,
    end: str | None,
    origin: CandleOrigin,
    verify: bool,
    now_ms: int,
    limits: RequestLimits,
) -> BackfillRequest:
    """Return the request in checked form; raise `BackfillRefusedError` with one sentence where it makes no sense."""
    if not symbols or not intervals:
        raise BackfillRefusedError("Name at least one --symbol and one --interval.")
    first = _time(start, "--start")
    until = now_ms if end is None else _time(end, "--end")
    _check_range(first, until, source, now_ms)
    latest = min(until - 1, now_ms - limits.settled)
    candles = {one: _closed(one, first, latest, now_ms - limits.settled) for one in map(_interval, intervals)}
    names = tuple(dict.fromkeys(symbols))
    origin = _possible_origin(origin, source)
    _check_size(candles, len(names), limits.maximum_candles)
    return BackfillRequest(source=source, symbols=names, candles=candles, origin=origin, verify=verify)


def _possible_origin(origin: CandleOrigin, source: Source) -> CandleOrigin:
    if source in _WITH_ARCHIVE or origin is CandleOrigin.REST:
        return origin
    if origin is CandleOrigin.ARCHIVE:
        raise BackfillRefusedError(f"There is no archive of {source.value}'s candles; they come by REST alone.")
    return CandleOrigin.REST


def moment(time: int) -> str:
    """Return a time for people: `2024-02-29 13:05`, with seconds where there are any, in UTC."""
    return datetime.fromtimestamp(time // 1000, UTC).strftime("%Y-%m-%d %H:%M" if time % 60_000 == 0 else "%F %T")


def _time(text: str, option: str) -> int:
    try:
        time = datetime.fromisoformat(text.strip())
        aware = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
        return int(aware.timestamp()) * 1000
    except (ValueError, OverflowError):
        raise BackfillRefusedError(
            f"{option} is a date such as 2024-01-31 or a time such as 2024-01-31T12:00, not {text!r}."
        ) from None


def _interval(text: str) -> Interval:
    try:
        return Interval(text)
    except ValueError:
        known = ", ".join(one.value for one in Interval)
        raise BackfillRefusedError(f"There is no interval {text!r}; there are {known}.") from None


def _check_range(start: int, end: int, source: Source, now_ms: int) -> None:
    if start >= now_ms:
        raise BackfillRefusedError(f"The range lies in the future: it begins at {moment(start)} UTC.")
    if start == end:
        raise BackfillRefusedError(f"The range is empty: it begins and ends at {moment(start)} UTC.")
    if start > end:
        raise BackfillRefusedError(f"The range is reversed: {moment(start)} is after {moment(end)} UTC.")
    opened = _OPENED.get(source, 0)
    if end <= opened:
        raise BackfillRefusedError(
            f"The range ends at {moment(end)} UTC, before the exchange opened ({moment(opened)} UTC)."
        )


def _closed(interval: Interval, start: int, end: int, settled_at: int) -> CandleRange:
    last_closed = open_time_at(interval, open_time_at(interval, settled_at) - 1)
    found = candles_between(interval, max(0, start), min(end, last_closed))
    if found is None:
        raise BackfillRefusedError(f"No candle of {interval.value} opens in the range and has closed.")
    return found


def _check_size(candles: dict[Interval, CandleRange], symbols: int, maximum: int) -> None:
    count = symbols * sum(candle_count(interval, one) for interval, one in candles.items())
    if count > maximum:
        raise BackfillRefusedError(
            f"That is {count:,} candles, and one run takes at most {maximum:,} (BACKFILL_MAXIMUM_CANDLES): "
            "take a shorter range, a longer interval or fewer symbols."
        )
