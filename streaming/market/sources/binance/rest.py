"""What Binance is asked over HTTP.

Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints.
"""

import asyncio
from collections.abc import Mapping

from streaming.events import Interval, Source, Ticker
from streaming.market.sources.answers import BookSnapshot, ExchangeInfo, KlineRow, RestTrade
from streaming.market.sources.binance import rest_parser
from streaming.market.sources.binance.local_book import SNAPSHOT_LEVELS
from streaming.market.sources.binance.normalise import ticker_event
from streaming.market.sources.errors import ExchangeRefusedError, ParseError, QuestionRefusedError
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.source import ROWS_AT_ONCE

USED_WEIGHT_HEADER = "X-MBX-USED-WEIGHT-1M"
_SYMBOLS_WEIGHT, _TRADES_WEIGHT, _CANDLES_WEIGHT, _TICKER_WEIGHT, _TIME_WEIGHT = 20, 25, 2, 2, 1
_BOOK_WEIGHT = 50
"""Of a snapshot of up to 1,000 levels a side."""
_BAD_REQUEST = 400
_BAD_SYMBOL_CODES = {-1121, -1122}
"""For a symbol that it doesn't know, and for one whose status doesn't allow the question."""
_LONGEST_ROW = 1000
"""Bytes of a candle in an answer, and more: reading a longer answer would hold up everybody else."""
_ROWS_AT_A_TIME = 100
"""Candles read before others have their turn: one or two milliseconds."""

Query = Mapping[str, str | int]


class BinanceRest:
    """The questions to Binance, with what each weighs."""

    def __init__(self, http: ExchangeRest) -> None:
        self._http = http

    @property
    def used_weight(self) -> int:
        """What all programs at our address have used of this minute's weight, as far as Binance told us."""
        return self._http.used_weight

    @property
    def candles_weight(self) -> int:
        """What a question for candles weighs."""
        return _CANDLES_WEIGHT

    async def time(self) -> int:
        """Return its time in ms."""
        return rest_parser.parse_time(await self._get("/api/v3/time", {}, weight=_TIME_WEIGHT))

    async def symbols(self) -> ExchangeInfo:
        """Return what it lists."""
        body = await self._get("/api/v3/exchangeInfo", {}, weight=_SYMBOLS_WEIGHT, essential=True)
        return rest_parser.parse_exchange_info(body)

    async def ticker(self, symbol: str, *, label: Source) -> Ticker:
        """Return the rolling 24 hours of a symbol."""
        body = await self._get("/api/v3/ticker/24hr", {"symbol": symbol}, weight=_TICKER_WEIGHT)
        return ticker_event(rest_parser.parse_day_ticker(body), label)

    async def candles(
        self, symbol: str, interval: Interval, *, start: int | None = None, end: int | None = None, limit: int
    ) -> tuple[KlineRow, ...]:
        """Return candles, oldest first."""
        bounds = {"startTime": start, "endTime": end}
        given = {name: value for name, value in bounds.items() if value is not None}
        query: Query = {"symbol": symbol, "interval": interval.value, **given, "limit": limit}
        return await klines_of(await self._get("/api/v3/klines", query, weight=_CANDLES_WEIGHT))

    async def newest_trades(self, symbol: str) -> tuple[RestTrade, ...]:
        """Return the newest trades."""
        query: Query = {"symbol": symbol, "limit": ROWS_AT_ONCE}
        return rest_parser.parse_trades(await self._get("/api/v3/trades", query, weight=_TRADES_WEIGHT))

    async def trades_from(self, symbol: str, trade_id: int) -> tuple[RestTrade, ...]:
        """Return the oldest trades from an id on."""
        query: Query = {"symbol": symbol, "fromId": trade_id, "limit": ROWS_AT_ONCE}
        return rest_parser.parse_trades(await self._get("/api/v3/historicalTrades", query, weight=_TRADES_WEIGHT))

    async def book(self, symbol: str) -> BookSnapshot:
        """Return a snapshot of a symbol's book."""
        query: Query = {"symbol": symbol, "limit": SNAPSHOT_LEVELS}
        depth = rest_parser.parse_depth(await self._get("/api/v3/depth", query, weight=_BOOK_WEIGHT))
        return BookSnapshot(update_id=depth.last_update_id, bids=depth.bids, asks=depth.asks)

    async def _get(self, path: str, query: Query, *, weight: int, essential: bool = False) -> bytes:
        try:
            return await self._http.get(path, query, weight=weight, essential=essential)
        except ExchangeRefusedError as error:
            if error.status != _BAD_REQUEST:
                raise
            raise _question_refused(error) from error


def _question_refused(error: ExchangeRefusedError) -> QuestionRefusedError:
    try:
        said = rest_parser.parse_error(error.body)
    except ParseError:
        return QuestionRefusedError(error.status, error.body, message=f"HTTP {error.status}", is_of_symbol=False)
    of_symbol = said.code in _BAD_SYMBOL_CODES
    return QuestionRefusedError(error.status, error.body, message=said.message, is_of_symbol=of_symbol)


async def klines_of(body: bytes) -> tuple[KlineRow, ...]:
    """Return the candles of an answer; others have their turns in the event loop meanwhile.

    Raise `ParseError` where it is none, or longer than any answer.
    """
    if len(body) > (ROWS_AT_ONCE + 1) * _LONGEST_ROW:
        raise ParseError(f"an answer of {len(body):,} bytes for at most {ROWS_AT_ONCE:,} candles")
    rows: list[KlineRow] = []
    for row in rest_parser.each_kline(body):
        if len(rows) == ROWS_AT_ONCE:
            raise ParseError(f"more than the {ROWS_AT_ONCE:,} candles that it gives at once")
        rows.append(row)
        if len(rows) % _ROWS_AT_A_TIME == 0:
            await asyncio.sleep(0)
    return tuple(rows)
