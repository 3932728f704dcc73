"""What Coinbase is asked over HTTP, three questions a second at most: it bears ten of all programs at an address.

Source: https://docs.cdp.coinbase.com/exchange/reference, revisions of 2022 to 2026.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from http import HTTPStatus
from typing import TypeVar

from streaming.clock import Clock, SystemClock
from streaming.events import Interval, Source, Ticker
from streaming.market.sources.answers import TRADING, BookSnapshot, ExchangeInfo, KlineRow, RestTrade, SymbolInfo
from streaming.market.sources.coinbase import rest_parser
from streaming.market.sources.coinbase.intervals import granularity_of
from streaming.market.sources.coinbase.rest_candles import CandlePages
from streaming.market.sources.errors import (
    ExchangeRefusedError,
    ExchangeUnavailableError,
    ParseError,
    QuestionRefusedError,
)
from streaming.market.sources.percent import percent_change
from streaming.market.sources.rest.client import ExchangeRest, rest_from_settings
from streaming.market.sources.source import ROWS_AT_ONCE

_WEIGHT = 6
"""Of any question: with the default budget of 1200 a minute they are some three a second."""
_SPACING_SECONDS = 0.34
_CANDLE_QUESTIONS = 4
"""For `ROWS_AT_ONCE` candles."""
_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}

Query = Mapping[str, str | int]
Answer = TypeVar("Answer")


class CoinbaseRest:
    """The questions to Coinbase."""

    candles_weight = _WEIGHT * _CANDLE_QUESTIONS

    def __init__(self, http: ExchangeRest, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._quantity_steps: dict[str, Decimal | None] = {}

    @property
    def used_weight(self) -> int:
        """Return 0: it doesn't tell."""
        return self._http.used_weight

    async def time(self) -> int:
        """Return its time in ms."""
        return await self._ask("/time", {}, rest_parser.parse_time)

    async def symbols(self) -> ExchangeInfo:
        """Return what it lists."""
        found = await self._ask("/products", {}, rest_parser.parse_products, essential=True)
        self._quantity_steps.update({product.symbol: product.quantity_step for product in found.products})
        return ExchangeInfo(symbols=tuple(map(_symbol_info, found.products)), unreadable=found.unreadable)

    async def ticker(self, symbol: str, *, label: Source) -> Ticker:
        """Return the rolling 24 hours of a symbol: from two answers, of which the later has the price."""
        day = await self._ask(f"/products/{symbol}/stats", {}, rest_parser.parse_stats)
        now = await self._ask(f"/products/{symbol}/ticker", {}, rest_parser.parse_ticker)
        return Ticker(
            symbol=symbol,
            time=self._clock.now_ms(),
            source=label,
            price=now.price,
            bid=now.bid,
            ask=now.ask,
            open=day.open,
            high=day.high,
            low=day.low,
            previous_close=None,
            change=now.price - day.open,
            change_percent=percent_change(day.open, now.price),
            volume=day.volume,
            quote_volume=None,
        )

    async def candles(
        self, symbol: str, interval: Interval, *, start: int | None = None, end: int | None = None, limit: int
    ) -> tuple[KlineRow, ...]:
        """Return candles, oldest first; those without trades, which it leaves out, are made where that is proven."""
        granularity = _granularity(interval)
        step = await self._quantity_step(symbol)

        async def page(granularity: int, query: Query) -> tuple[rest_parser.CandleRow, ...]:
            asked = {"granularity": granularity, **query}
            return await self._ask(
                f"/products/{symbol}/candles", asked, lambda body: rest_parser.parse_candles(body, quantity_step=step)
            )

        async def last_trade() -> RestTrade | None:
            return next(iter(await self._trades(symbol, {"limit": 1})), None)

        pages = CandlePages(page, last_trade, interval=interval, granularity=granularity, now=self._clock.now_ms())
        return await pages.candles(start=start, end=end, limit=limit)

    async def newest_trades(self, symbol: str) -> tuple[RestTrade, ...]:
        """Return the newest trades."""
        return await self._trades(symbol, {"limit": ROWS_AT_ONCE})

    async def book(self, symbol: str) -> BookSnapshot:
        """Raise that there is none: its feed's changes follow no snapshot of REST."""
        raise ExchangeUnavailableError(f"no snapshot of a book is asked of Coinbase: {symbol}")

    async def trades_from(self, symbol: str, trade_id: int) -> tuple[RestTrade, ...]:
        """Return the oldest trades from an id on: ids rise by one, so that these are the ones before a later id."""
        rows = await self._trades(symbol, {"limit": ROWS_AT_ONCE, "after": trade_id + ROWS_AT_ONCE})
        return tuple(row for row in rows if row.trade_id >= trade_id)

    async def _trades(self, symbol: str, query: Query) -> tuple[RestTrade, ...]:
        trades = await self._ask(f"/products/{symbol}/trades", query, rest_parser.parse_trades)
        return tuple(map(RestTrade.of, trades))

    async def _quantity_step(self, symbol: str) -> Decimal:
        """Return the step of a product's quantities, by which volumes are rounded; asked for once."""
        if symbol not in self._quantity_steps:
            product = await self._ask(f"/products/{symbol}", {}, rest_parser.parse_product)
            self._quantity_steps[symbol] = product.quantity_step
        step = self._quantity_steps[symbol]
        if step is None:
            raise ParseError(f"the product {symbol} has no step of quantities")
        return step

    async def _ask(
        self, path: str, query: Query, parse: Callable[[bytes], Answer], *, essential: bool = False
    ) -> Answer:
        try:
            body = await self._http.get(path, query, weight=_WEIGHT, essential=essential)
        except ExchangeRefusedError as error:
            if error.status not in _REFUSED:
                raise
            raise _question_refused(error) from error
        return parse(body)


def rest_at(address: str | None) -> CoinbaseRest:
    """Return the interface at a base address, by default the settings': one for each, as is what it knows."""
    return _rest_of(rest_from_settings(address, spacing=_SPACING_SECONDS))


@cache
def _rest_of(http: ExchangeRest) -> CoinbaseRest:
    return CoinbaseRest(http, SystemClock())


def _granularity(interval: Interval) -> int:
    try:
        return granularity_of(interval)
    except KeyError:
        message = f"Coinbase has no candles of {interval.value}"
        raise QuestionRefusedError(HTTPStatus.BAD_REQUEST, b"", message=message, is_of_symbol=False) from None


def _question_refused(error: ExchangeRefusedError) -> QuestionRefusedError:
    try:
        words = rest_parser.parse_error(error.body)
    except ParseError:
        words = f"HTTP {error.status}"
    of_symbol = error.status == HTTPStatus.NOT_FOUND
    return QuestionRefusedError(error.status, error.body, message=words, is_of_symbol=of_symbol)


def _symbol_info(product: rest_parser.Product) -> SymbolInfo:
    return SymbolInfo(
        name=product.symbol,
        status=TRADING if product.is_tradable else product.halt,
        base=product.base,
        quote=product.quote,
        tick_size=product.price_step,
        step_size=product.quantity_step,
        minimum_notional=product.minimum_cost,
    )
