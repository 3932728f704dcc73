"""What a query for candles needs of the exchange, beside what is stored, and what its answer teaches. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from streaming.events import Interval
from streaming.events.intervals import close_time_of, open_time_at
from streaming.market.candle_ranges import (
    CandleRange,
    candle_count,
    candles_between,
    last_candle_range,
    missing_in_range,
)
from streaming.market.candles.checks import impossibility_of, is_on_grid
from streaming.market.sources.answers import KlineRow


class KlinesRequest(msgspec.Struct, frozen=True, kw_only=True):
    """At most `limit` candles that open between `start` and `end` (ms, both included).

    With a start they are the oldest from there, without one the newest until `end` (None: now).
    """

    symbol: str
    interval: Interval
    start: int | None
    end: int | None
    limit: int


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """How long (ms) after its end a candle that was fetched is final, and one that wasn't given never will be."""

    candle: int
    gap: int


def needed(within: CandleRange, stored: Sequence[KlineRow], *, limit: int, newest: bool) -> CandleRange:
    """Return the part of `within` that decides the answer, where `stored` holds the first `limit` rows of it."""
    if len(stored) < limit:
        return within
    return CandleRange(stored[0].open_time, within.end) if newest else CandleRange(within.start, stored[-1].open_time)


def request_for(
    symbol: str, interval: Interval, missing: Sequence[CandleRange], *, limit: int, newest: bool, open_end: bool
) -> KlinesRequest:
    """Return the one request that brings all of `missing` that the answer can hold.

    For the newest that is from the end backwards, unless all of it fits; `open_end` leaves out when to end.
    """
    whole = CandleRange(missing[0].start, missing[-1].end)
    from_end = newest and candle_count(interval, whole) > limit
    return KlinesRequest(
        symbol=symbol,
        interval=interval,
        start=None if from_end else whole.start,
        end=None if open_end else whole.end,
        limit=limit,
    )


def usable(request: KlinesRequest, rows: Iterable[KlineRow]) -> list[KlineRow]:
    """Return the rows that are candles of what was asked for: each once, oldest first."""
    interval, start = request.interval, request.start or 0
    good = {row.open_time: row for row in rows if is_on_grid(row, interval) and impossibility_of(row) is None}
    return [good[time] for time in sorted(good) if time >= start and (request.end is None or time <= request.end)]


def final_rows(request: KlinesRequest, rows: Iterable[KlineRow], *, now_ms: int, settled: Settled) -> list[KlineRow]:
    """Return the rows that change no more."""
    return [row for row in rows if close_time_of(request.interval, row.open_time) + settled.candle < now_ms]


def gaps_of(
    request: KlinesRequest,
    rows: Sequence[KlineRow],
    *,
    stored: Iterable[KlineRow],
    until: int,
    now_ms: int,
    settled: Settled,
) -> list[CandleRange]:
    """Return which candles the exchange doesn't have, where `rows` are its whole answer about all up to `until`.

    None follow from an answer that can't be the whole truth: it has nothing up to now, where one candle is always open,
    or lacks one that is `stored`.
    """
    asked = _answered(request, rows, until)
    if (not rows and request.end is None) or _lacks_one(rows, stored, asked):
        return []
    old = open_time_at(request.interval, now_ms - settled.gap)
    known = candles_between(request.interval, asked.start, min(asked.end, old - 1))
    if known is None:
        return []
    return missing_in_range(request.interval, known, [row.open_time for row in rows if row.open_time <= known.end])


def _lacks_one(rows: Iterable[KlineRow], stored: Iterable[KlineRow], asked: CandleRange) -> bool:
    given = {row.open_time for row in rows}
    return any(asked.start <= row.open_time <= asked.end and row.open_time not in given for row in stored)


def _answered(request: KlinesRequest, rows: Sequence[KlineRow], until: int) -> CandleRange:
    """Return which candles an answer speaks of: a full one ends before what was asked for does."""
    is_full = len(rows) >= request.limit
    if request.start is None:
        return CandleRange(rows[0].open_time if is_full else 0, until)
    return CandleRange(request.start, rows[-1].open_time if is_full else until)


def answer_of(
    stored: Iterable[KlineRow], fetched: Iterable[KlineRow], within: CandleRange, *, limit: int, newest: bool
) -> tuple[KlineRow, ...]:
    """Return the answer to the query: of what is stored and what was fetched, which counts more."""
    by_time = {row.open_time: row for row in (*stored, *fetched) if row.open_time >= within.start}
    rows = [by_time[time] for time in sorted(by_time)]
    return tuple(rows[-limit:] if newest else rows[:limit])


def without_exchange(
    interval: Interval,
    stored: Sequence[KlineRow],
    missing: Sequence[CandleRange],
    within: CandleRange,
    *,
    limit: int,
    newest: bool,
) -> tuple[KlineRow, ...]:
    """Return as much of the answer as is stored without a hole: from its start, or (of the newest) up to the last.

    Of the newest only those count that could be among the last `limit`, so that nobody takes what is old for new.
    """
    if not newest:
        return tuple(row for row in stored if row.open_time < missing[0].start)
    last = stored[-1].open_time if stored else 0
    after = max((hole.end for hole in missing if hole.end < last), default=-1)
    first = last_candle_range(interval, within.end, limit).start
    return tuple(row for row in stored if row.open_time > after and row.open_time >= first)
