"""What Kraken is asked over HTTP, one question a second at most. It answers refusals with HTTP 200.

Source: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data and its neighbours.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeVar

from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.events import Interval, Source, Ticker
from streaming.events.intervals import close_time_of
from streaming.loopback import is_loopback
from streaming.market.sources.answers import TRADING, BookSnapshot, ExchangeInfo, KlineRow, RestTrade, SymbolInfo
from streaming.market.sources.errors import (
    ExchangeBusyError,
    ExchangeError,
    ExchangeUnavailableError,
    QuestionRefusedError,
)
from streaming.market.sources.kraken import rest_parser
from streaming.market.sources.kraken.intervals import minutes_of
from streaming.market.sources.kraken.messages import CandleRow, Pair
from streaming.market.sources.kraken.symbols import rest_name
from streaming.market.sources.percent import percent_change
from streaming.market.sources.quote_volume import quote_volume
from streaming.market.sources.rest.client import ExchangeRest, rest_from_settings
from streaming.market.sources.source import ROWS_AT_ONCE

_WEIGHT = 20
"""Of any question: with the default budget of 1200 a minute they are one a second."""
_SPACING_SECONDS = 1.0
_BUSY_SECONDS = 5.0
"""Twice as long after each refusal for too many in a row: once it throttles, it bears less for long."""
_LONGEST_BUSY_SECONDS = 320.0
_BUSY = ("EGeneral:Too many requests", "EAPI:Rate limit exceeded", "EService: Throttled")
_AWAY = "EService"
_OF_SYMBOL = "EQuery:Unknown asset pair"
_OK = 200
_DAY_MS = 24 * 60 * 60 * 1000
_DAY_CANDLES = Interval.MINUTE_5
"""The shortest of which the newest 720, which is all that there are, reach back over a day."""
_MOST_STEPS = 8

Query = Mapping[str, str | int]
Answer = TypeVar("Answer")


class KrakenRest:
    """The questions to Kraken."""

    candles_weight = _WEIGHT

    def __init__(self, http: ExchangeRest, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._busy_seconds = 0.0
        self._busy_until = 0.0

    @property
    def used_weight(self) -> int:
        """Return 0: it doesn't tell."""
        return self._http.used_weight

    async def time(self) -> int:
        """Return its time in ms; it tells whole seconds."""
        return await self._ask("Time", {}, rest_parser.parse_time)

    async def symbols(self) -> ExchangeInfo:
        """Return what it lists."""
        found = await self._ask("AssetPairs", {}, rest_parser.parse_pairs, essential=True)
        return ExchangeInfo(symbols=tuple(map(_symbol_info, found.pairs)), unreadable=found.unreadable)

    async def ticker(self, symbol: str, *, label: Source) -> Ticker:
        """Return the rolling 24 hours of a symbol; their open is that of the five minutes in which they began."""
        day = await self._ask("Ticker", {"pair": rest_name(symbol)}, rest_parser.parse_ticker)
        now = self._clock.now_ms()
        rows = await self.candles(symbol, _DAY_CANDLES, start=now - _DAY_MS, limit=1)
        opening = rows[0].open if rows else day.price
        return Ticker(
            symbol=symbol,
            time=now,
            source=label,
            price=day.price,
            bid=day.bid,
            ask=day.ask,
            open=opening,
            high=day.high,
            low=day.low,
            previous_close=None,
            change=day.price - opening,
            change_percent=percent_change(opening, day.price),
            volume=day.volume,
            quote_volume=quote_volume(day.volume, day.volume_weighted_price),
        )

    async def candles(
        self, symbol: str, interval: Interval, *, start: int | None = None, end: int | None = None, limit: int
    ) -> tuple[KlineRow, ...]:
        """Return candles, oldest first: no older ones than the newest 720, whatever `start` is."""
        query: Query = {"pair": rest_name(symbol), "interval": _minutes(interval)}
        rows = await self._ask("OHLC", query, lambda body: _candle_rows(body, symbol, interval))
        found = [
            row for row in rows if (start is None or row.open_time >= start) and (end is None or row.open_time <= end)
        ]
        return tuple(found[-limit:] if start is None else found[:limit])

    async def newest_trades(self, symbol: str) -> tuple[RestTrade, ...]:
        """Return the newest trades."""
        return await self._trades(symbol)

    async def book(self, symbol: str) -> BookSnapshot:
        """Raise that there is none: its feed's changes follow no snapshot of REST."""
        raise ExchangeUnavailableError(f"no snapshot of a book is asked of Kraken: {symbol}")

    async def trades_from(self, symbol: str, trade_id: int) -> tuple[RestTrade, ...]:
        """Return the oldest trades from an id on: it is asked by time, which is guessed from how fast ids rise."""
        rows = await self._page_around(symbol, trade_id)
        if not rows:
            return ()
        found = {row.trade_id: row for row in rows if row.trade_id >= trade_id}
        while len(found) < ROWS_AT_ONCE:
            page = await self._trades(symbol, since=max(row.time for row in rows))
            new = {row.trade_id: row for row in page if row.trade_id > rows[-1].trade_id}
            if not new:
                break
            rows = page
            found |= new
        return tuple(found[number] for number in sorted(found))[:ROWS_AT_ONCE]

    async def _page_around(self, symbol: str, trade_id: int) -> tuple[RestTrade, ...]:
        """Return a page that begins at a trade or before it; where there is none so old, the first page."""
        rows = await self._trades(symbol)
        for step in range(_MOST_STEPS):
            if not rows or rows[0].trade_id <= trade_id:
                return rows
            first, last = rows[0], rows[-1]
            each = max(1, last.time - first.time) / max(1, last.trade_id - first.trade_id)
            back = (first.trade_id - trade_id + ROWS_AT_ONCE // 2) * each * 2**step
            since = max(0, int(first.time - back))
            rows = await self._trades(symbol, since=since)
            if not since:
                break
        return rows

    async def _trades(self, symbol: str, since: int | None = None) -> tuple[RestTrade, ...]:
        """Return the oldest trades from a time (ms) on, or the newest; each once, for pages overlap at their edges."""
        query: Query = {"pair": rest_name(symbol), "count": ROWS_AT_ONCE}
        if since is not None:
            query = {**query, "since": str(max(0, since * 1_000_000 - 1))}
        trades = await self._ask("Trades", query, rest_parser.parse_trades)
        by_id = {trade.trade_id: RestTrade.of(trade) for trade in trades}
        return tuple(by_id[number] for number in sorted(by_id))

    async def _ask(
        self, name: str, query: Query, parse: Callable[[bytes], Answer], *, essential: bool = False
    ) -> Answer:
        body = await self._http.get(f"/0/public/{name}", query, weight=_WEIGHT, essential=essential)
        try:
            answer = parse(body)
        except rest_parser.RestRefusedError as error:
            raise self._failure(error.code, body) from error
        self._busy_seconds = 0.0
        return answer

    def _failure(self, code: str, body: bytes) -> ExchangeError:
        if code.startswith(_BUSY):
            return ExchangeBusyError(self._keep_away())
        if code.startswith(_AWAY):
            return ExchangeUnavailableError(f"the exchange failed: {code}")
        return QuestionRefusedError(_OK, body, message=code, is_of_symbol=code == _OF_SYMBOL)

    def _keep_away(self) -> float:
        """Ask nothing for a while; return for how many seconds. Refusals of what was asked before it count as one."""
        now = self._clock.monotonic()
        if now >= self._busy_until:
            self._busy_seconds = min(max(_BUSY_SECONDS, 2 * self._busy_seconds), _LONGEST_BUSY_SECONDS)
            self._busy_until = now + self._busy_seconds
            self._http.keep_away(self._busy_seconds)
        return self._busy_until - now


def rest_at(address: str | None) -> KrakenRest:
    """Return the interface at a base address, by default the settings': one for each, as is what it was refused.

    A simulated one on this machine is asked as fast as one likes.
    """
    base = settings.EXCHANGE_REST_URL if address is None else address
    return _rest_of(rest_from_settings(base, spacing=0.0 if is_loopback(base) else _SPACING_SECONDS))


@cache
def _rest_of(http: ExchangeRest) -> KrakenRest:
    return KrakenRest(http, SystemClock())


def _minutes(interval: Interval) -> int:
    try:
        return minutes_of(interval)
    except KeyError:
        message = f"Kraken has no candles of {interval.value}"
        raise QuestionRefusedError(_OK, b"", message=message, is_of_symbol=False) from None


def _symbol_info(pair: Pair) -> SymbolInfo:
    return SymbolInfo(
        name=pair.symbol,
        status=TRADING if pair.is_tradable else pair.status.upper(),
        base=pair.base,
        quote=pair.quote,
        tick_size=pair.price_step,
        step_size=pair.quantity_step,
        minimum_quantity=pair.minimum_quantity,
        minimum_notional=pair.minimum_cost,
    )


def _candle_rows(body: bytes, symbol: str, interval: Interval) -> tuple[KlineRow, ...]:
    return tuple(map(_kline_row, rest_parser.parse_candles(body, symbol=symbol, interval=interval)))


def _kline_row(row: CandleRow) -> KlineRow:
    return KlineRow(
        open_time=row.open_time,
        open=row.open,
        high=row.high,
        low=row.low,
        close=row.close,
        volume=row.volume,
        close_time=close_time_of(row.interval, row.open_time),
        quote_volume=quote_volume(row.volume, row.volume_weighted_price),
        trades=row.trades,
    )
