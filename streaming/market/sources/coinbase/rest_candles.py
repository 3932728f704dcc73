"""Candles of Coinbase's REST: page by page, and with those without trades, which it leaves out.

It answers at most 300 at once, now and then nothing for no reason, and rows that open before what was asked for. A
candle without trades is made of the close before it between two that it gives, and after its last one where no trade
was made since.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from streaming.events import Interval
from streaming.events.intervals import close_time_of, next_open_time, open_time_at
from streaming.market.sources.answers import KlineRow, RestTrade
from streaming.market.sources.coinbase.rest_parser import CandleRow
from streaming.market.sources.quote_volume import quote_volume

_PAGE = 299
"""One less than it answers at most."""
_FIRST_MS = 1_417_392_000_000
"""2014-12-01: it opened the month after."""
_HOUR_SECONDS, _DAY_SECONDS = 3_600, 86_400

AskPage = Callable[[int, Mapping[str, str]], Awaitable[tuple[CandleRow, ...]]]
AskLastTrade = Callable[[], Awaitable[RestTrade | None]]


class CandlePages:
    """The candles of one product and interval, at `now` (ms); `granularity` is the interval's length in seconds."""

    def __init__(
        self, ask: AskPage, ask_last_trade: AskLastTrade, *, interval: Interval, granularity: int, now: int
    ) -> None:
        self._ask = ask
        self._ask_last_trade = ask_last_trade
        self._interval = interval
        self._granularity = granularity
        self._length = granularity * 1000
        self._now = now

    async def candles(self, *, start: int | None, end: int | None, limit: int) -> tuple[KlineRow, ...]:
        """Return the oldest candles that open from `start` on, or without it the newest, oldest first."""
        last = open_time_at(self._interval, self._now if end is None else end)
        first = last - (limit - 1) * self._length if start is None else -(-start // self._length) * self._length
        first = max(first, _FIRST_MS)
        rows = await self._rows(first, last, limit)
        before = await self._row_before(first) if not rows or rows[0].open_time > first else None
        whole = list(islice(self._without_holes(before, rows, first), limit))
        if len(whole) < limit:
            latest = whole[-1] if whole else before
            until = min(last, open_time_at(self._interval, self._now))
            whole += islice(await self._quiet_since(latest, first, until), limit - len(whole))
        return tuple(whole)

    async def _rows(self, first: int, last: int, limit: int) -> list[KlineRow]:
        rows: list[KlineRow] = []
        while first <= last and len(rows) < limit:
            until = min(last, first + (_PAGE - 1) * self._length)
            page = await self._page(self._granularity, first, until)
            rows += map(self._kline_row, page)
            first = until + self._length
            if not page and first <= last:
                first = await self._next_day_with_trades(first, last)
        return rows

    async def _page(self, granularity: int, first: int, last: int) -> list[CandleRow]:
        """Return the candles that open between two times; an answer without any is asked for once more."""
        query = {"start": _iso(first), "end": _iso(last)}
        rows = await self._ask(granularity, query) or await self._ask(granularity, query)
        return [row for row in rows if first <= row.open_time <= last]

    async def _next_day_with_trades(self, first: int, last: int) -> int:
        """Return `first`, or the later day on which something was traded next; past `last` where nothing was."""
        day_length = _DAY_SECONDS * 1000
        day = first // day_length * day_length
        while day <= last:
            until = day + (_PAGE - 1) * day_length
            if found := await self._page(_DAY_SECONDS, day, min(last, until)):
                return max(first, found[0].open_time)
            day = until + day_length
        return last + self._length

    async def _row_before(self, first: int) -> KlineRow | None:
        """Return the last candle with trades before `first`: of a page of its interval, else of hours, else of days.

        Each page reaches back over a whole candle of the next longer one, so that none holds a trade since `first`.
        """
        for seconds in (self._granularity, _HOUR_SECONDS, _DAY_SECONDS):
            length = seconds * 1000
            last = first // length * length - length
            if page := await self._page(seconds, last - (_PAGE - 1) * length, last):
                return self._kline_row(page[-1])
        return None

    def _without_holes(self, before: KlineRow | None, rows: Iterable[KlineRow], first: int) -> Iterator[KlineRow]:
        opens = first
        for row in rows:
            if before is not None:
                yield from self._quiet(before, opens, row.open_time - 1)
            yield row
            before, opens = row, next_open_time(self._interval, row.open_time)

    async def _quiet_since(self, latest: KlineRow | None, first: int, until: int) -> Iterator[KlineRow]:
        """Return the candles after the latest one in which nothing was traded; none unless that is proven."""
        opens = first if latest is None or latest.open_time < first else latest.close_time + 1
        if latest is None or opens > until:
            return iter(())
        trade = await self._ask_last_trade()
        if trade is None or trade.time >= opens:
            return iter(())
        return self._quiet(latest, opens, until)

    def _quiet(self, before: KlineRow, opens: int, until: int) -> Iterator[KlineRow]:
        while opens <= until:
            yield _row(self._interval, opens, CandleRow.without_trades(opens, before.close))
            opens = next_open_time(self._interval, opens)

    def _kline_row(self, row: CandleRow) -> KlineRow:
        return _row(self._interval, row.open_time, row)


def _row(interval: Interval, open_time: int, row: CandleRow) -> KlineRow:
    """Return a candle; what was paid in it isn't told, and estimated by its middle price; nor are its trades."""
    return KlineRow(
        open_time=open_time,
        open=row.open,
        high=row.high,
        low=row.low,
        close=row.close,
        volume=row.volume,
        close_time=close_time_of(interval, open_time),
        quote_volume=quote_volume(row.volume, (row.high + row.low + row.close) / 3),
        trades=0,
    )


def _iso(time: int) -> str:
    return datetime.fromtimestamp(time // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
