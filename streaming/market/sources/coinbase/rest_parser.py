"""From a REST body of Coinbase's to typed values; raises `ParseError` for what can't be read.

Products are read one by one: odd ones are left out and counted, the others stand. Pure.
"""

from decimal import Decimal, InvalidOperation

import msgspec

from streaming.events import Trade
from streaming.market.sources import fields
from streaming.market.sources.coinbase.stream_parser import trade_of
from streaming.market.sources.errors import ParseError
from streaming.market.sources.fields import Fields

_CANDLE_COLUMNS = 6
_HALTS = ("trading_disabled", "cancel_only", "post_only", "auction_mode")


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product that is listed; a step that isn't given is None. The least quantity is one `quantity_step`."""

    symbol: str
    base: str
    quote: str
    status: str
    is_tradable: bool
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
    return Product(
        symbol=fields.name_of(row, "id"),
        base=fields.name_of(row, "base_currency"),
        quote=fields.name_of(row, "quote_currency"),
        status=status,
        is_tradable=status == "online" and not any(row.get(halt) is True for halt in _HALTS),
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
