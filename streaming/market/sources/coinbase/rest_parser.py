"""From a REST body of Coinbase's to typed values; raises `ParseError` for what can't be read.

Products are read one by one: odd ones are left out and counted, the others stand. Pure.
"""

from decimal import Decimal, InvalidOperation
from typing import Self

import msgspec

from streaming.events import Trade
from streaming.market.sources import fields
from streaming.market.sources.coinbase.stream_parser import trade_of
from streaming.market.sources.errors import ParseError
from streaming.market.sources.fields import Fields

_CANDLE_COLUMNS = 6
_HALTS = ("trading_disabled", "cancel_only", "post_only", "auction_mode")


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product that is listed; a step that isn't given is None. The least quantity is one `quantity_step`.

    `halt` is why it doesn't trade, as a status: the exchange's, or what holds it though it is online.
    """

    symbol: str
    base: str
    quote: str
    status: str
    is_tradable: bool
    halt: str
    price_step: Decimal | None
    quantity_step: Decimal | None
    minimum_cost: Decimal | None


class Products(msgspec.Struct, frozen=True, kw_only=True):
    """What is listed, and how many more could not be read."""

    products: tuple[Product, ...]
    unreadable: int


class CandleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One candle; intervals without trades have none, and the newest may be open. `open_time` is in ms."""

    open_time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal

    @classmethod
    def without_trades(cls, open_time: int, price: Decimal) -> Self:
        """Return a candle in which nothing was traded, after a close at `price`."""
        return cls(open_time=open_time, open=price, high=price, low=price, close=price, volume=Decimal(0))


class DayStats(msgspec.Struct, frozen=True, kw_only=True):
    """The rolling 24 hours."""

    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal


class BestPrices(msgspec.Struct, frozen=True, kw_only=True):
    """The last price with the best ones."""

    price: Decimal
    bid: Decimal
    ask: Decimal


def parse_products(body: str | bytes) -> Products:
    """Return the products of `/products`."""
    rows = [_product_or_none(row) for row in fields.require_list(fields.load_json(body), "the answer")]
    return Products(products=tuple(row for row in rows if row is not None), unreadable=rows.count(None))


def parse_product(body: str | bytes) -> Product:
    """Return the product of `/products/<id>`."""
    return _product(fields.require_object(fields.load_json(body), "the answer"))


def _product_or_none(row: object) -> Product | None:
    try:
        return _product(fields.require_object(row, "a product"))
    except ParseError:
        return None


def _product(row: Fields) -> Product:
    status = fields.name_of(row, "status")
    held_by = [halt for halt in _HALTS if row.get(halt) is True]
    return Product(
        symbol=fields.name_of(row, "id"),
        base=fields.name_of(row, "base_currency"),
        quote=fields.name_of(row, "quote_currency"),
        status=status,
        is_tradable=status == "online" and not held_by,
        halt=(held_by[0] if status == "online" and held_by else status).upper(),
        price_step=fields.optional_decimal_of(row, "quote_increment"),
        quantity_step=fields.optional_decimal_of(row, "base_increment"),
        minimum_cost=fields.optional_decimal_of(row, "min_market_funds"),
    )


def parse_candles(body: str | bytes, *, quantity_step: Decimal) -> tuple[CandleRow, ...]:
    """Return the candles of `/products/<id>/candles`, oldest first; their volumes are rounded to `quantity_step`.

    They come newest first, and their volumes with what binary floats add to them.
    """
    rows = fields.require_list(fields.load_json(body), "the answer")
    return tuple(sorted((_candle(row, quantity_step) for row in rows), key=lambda row: row.open_time))


def _candle(row: object, quantity_step: Decimal) -> CandleRow:
    columns = fields.require_list(row, "a candle")
    if len(columns) < _CANDLE_COLUMNS:
        raise ParseError(f"a candle of {len(columns)} columns")
    seconds, low, high, opening, close, volume = columns[:_CANDLE_COLUMNS]
    return CandleRow(
        open_time=fields.to_time(fields.to_integer(seconds, "time") * 1000, "time"),
        open=fields.to_decimal(opening, "open"),
        high=fields.to_decimal(high, "high"),
        low=fields.to_decimal(low, "low"),
        close=fields.to_decimal(close, "close"),
        volume=_rounded(fields.to_decimal(volume, "volume"), quantity_step),
    )


def _rounded(volume: Decimal, quantity_step: Decimal) -> Decimal:
    """Return a volume in the product's steps; what has more digits than any volume can't be read."""
    try:
        return volume.quantize(quantity_step)
    except InvalidOperation:
        raise ParseError(f"volume has too many digits: {volume}") from None


def parse_trades(body: str | bytes) -> tuple[Trade, ...]:
    """Return the trades of `/products/<id>/trades`, oldest first; they come newest first."""
    rows = fields.require_list(fields.load_json(body), "the answer")
    return tuple(reversed([trade_of(fields.require_object(row, "a trade")) for row in rows]))


def parse_stats(body: str | bytes) -> DayStats:
    """Return the 24 hours of `/products/<id>/stats`."""
    row = fields.require_object(fields.load_json(body), "the answer")
    open_, high, low, volume = (fields.decimal_of(row, key) for key in ("open", "high", "low", "volume"))
    return DayStats(open=open_, high=high, low=low, volume=volume)


def parse_ticker(body: str | bytes) -> BestPrices:
    """Return the prices of `/products/<id>/ticker`."""
    row = fields.require_object(fields.load_json(body), "the answer")
    price, bid, ask = (fields.decimal_of(row, key) for key in ("price", "bid", "ask"))
    return BestPrices(price=price, bid=bid, ask=ask)


def parse_time(body: str | bytes) -> int:
    """Return the server's time in ms, of `/time`."""
    time = fields.iso_time_of(fields.require_object(fields.load_json(body), "the answer"), "iso")
    if time is None:
        raise ParseError("the answer has no time")
    return time


def parse_error(body: str | bytes) -> str:
    """Return the words of a refused request."""
    words = fields.require_object(fields.load_json(body), "the answer").get("message")
    if not isinstance(words, str):
        raise ParseError("the answer has no message")
    return words
