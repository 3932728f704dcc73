"""From a REST body of Kraken's to typed values; raises `ParseError` for what can't be read.

Errors come with HTTP 200: `RestRefusedError` says which. Pure.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from streaming.events import Interval, Side, Trade
from streaming.market.sources import fields
from streaming.market.sources.errors import ParseError
from streaming.market.sources.fields import Fields
from streaming.market.sources.kraken.messages import CandleRow, Pair
from streaming.market.sources.kraken.symbols import feed_name

_CANDLE_COLUMNS = 8
_MOST_DECIMALS = 30
_TRADE_COLUMNS = 7
_SIDES = {"b": Side.BUY, "s": Side.SELL}


class Pairs(msgspec.Struct, frozen=True, kw_only=True):
    """What is listed, and how many more could not be read."""

    pairs: tuple[Pair, ...]
    unreadable: int


class DayTicker(msgspec.Struct, frozen=True, kw_only=True):
    """The last price with the best ones, and the last 24 hours; their open isn't told."""

    price: Decimal
    bid: Decimal
    ask: Decimal
    low: Decimal
    high: Decimal
    volume: Decimal
    volume_weighted_price: Decimal


class RestRefusedError(Exception):
    """The exchange refused a request; `code` is its word for it, such as `EGeneral:Too many requests`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the exchange refused: {code}")
        self.code = code


def parse_result(body: str | bytes) -> Fields:
    """Return the result in an answer; raise `RestRefusedError` where it holds an error instead."""
    answer = fields.require_object(fields.load_json(body), "the answer")
    errors = fields.require_list(answer.get("error") or [], "error")
    if errors:
        raise RestRefusedError(fields.to_name(errors[0], "an error"))
    return fields.require_object(answer.get("result"), "result")


def _rows_of_one(body: str | bytes) -> Sequence[object]:
    """Return the rows under the only key besides `last`: it may be spelt in three ways."""
    result = parse_result(body)
    keys = [key for key in result if key != "last"]
    if len(keys) != 1:
        raise ParseError(f"an answer of {len(keys)} pairs")
    return fields.require_list(result[keys[0]], keys[0])


def parse_pairs(body: str | bytes) -> Pairs:
    """Return the pairs of `AssetPairs`, under the feed's names."""
    rows = [_pair_or_none(pair) for pair in parse_result(body).values()]
    return Pairs(pairs=tuple(row for row in rows if row is not None), unreadable=rows.count(None))


def _pair_or_none(row: object) -> Pair | None:
    try:
        return _pair(fields.require_object(row, "a pair"))
    except ParseError:
        return None


def _pair(pair: Fields) -> Pair:
    symbol = feed_name(fields.name_of(pair, "wsname"))
    base, _, quote = symbol.partition("/")
    return Pair(
        symbol=symbol,
        base=base,
        quote=quote,
        status=fields.name_of(pair, "status"),
        price_step=fields.optional_decimal_of(pair, "tick_size"),
        quantity_step=Decimal(1).scaleb(-_decimals_of(pair, "lot_decimals")),
        minimum_quantity=fields.optional_decimal_of(pair, "ordermin"),
        minimum_cost=fields.optional_decimal_of(pair, "costmin"),
    )


def _decimals_of(pair: Fields, key: str) -> int:
    decimals = fields.integer_of(pair, key)
    if not 0 <= decimals <= _MOST_DECIMALS:
        raise ParseError(f"{key} is no number of decimals: {decimals}")
    return decimals


def parse_candles(body: str | bytes, *, symbol: str, interval: Interval) -> tuple[CandleRow, ...]:
    """Return the candles of `OHLC`, oldest first; the last is open. Times without trades have one here."""
    return tuple(_candle(row, symbol, interval) for row in _rows_of_one(body))


def _candle(row: object, symbol: str, interval: Interval) -> CandleRow:
    columns = fields.require_list(row, "a candle")
    if len(columns) < _CANDLE_COLUMNS:
        raise ParseError(f"a candle of {len(columns)} columns")
    return CandleRow(
        symbol=symbol,
        interval=interval,
        open_time=fields.to_time(fields.to_integer(columns[0], "time") * 1000, "time"),
        open=fields.to_decimal(columns[1], "open"),
        high=fields.to_decimal(columns[2], "high"),
        low=fields.to_decimal(columns[3], "low"),
        close=fields.to_decimal(columns[4], "close"),
        volume_weighted_price=fields.to_decimal(columns[5], "vwap"),
        volume=fields.to_decimal(columns[6], "volume"),
        trades=fields.to_integer(columns[7], "count"),
    )


def parse_trades(body: str | bytes) -> tuple[Trade, ...]:
    """Return the trades of `Trades`, oldest first; pages overlap at their edges."""
    return tuple(_trade(row) for row in _rows_of_one(body))


def _trade(row: object) -> Trade:
    columns = fields.require_list(row, "a trade")
    side = _SIDES.get(str(columns[3])) if len(columns) >= _TRADE_COLUMNS else None
    if side is None:
        raise ParseError("a trade without a side, or without an id")
    return Trade(
        trade_id=fields.to_integer(columns[6], "trade_id"),
        price=fields.to_decimal(columns[0], "price"),
        quantity=fields.to_decimal(columns[1], "quantity"),
        side=side,
        time=fields.to_time(int(fields.to_decimal(columns[2], "time") * 1000), "time"),
    )


def parse_ticker(body: str | bytes) -> DayTicker:
    """Return the only pair of `Ticker`, the numbers of its last 24 hours: those of today stand before them."""
    result = parse_result(body)
    if len(result) != 1:
        raise ParseError(f"an answer of {len(result)} pairs")
    row = fields.require_object(next(iter(result.values())), "a ticker")
    return DayTicker(
        price=_column(row, "c", 0),
        bid=_column(row, "b", 0),
        ask=_column(row, "a", 0),
        low=_column(row, "l", 1),
        high=_column(row, "h", 1),
        volume=_column(row, "v", 1),
        volume_weighted_price=_column(row, "p", 1),
    )


def _column(row: Fields, key: str, index: int) -> Decimal:
    columns = fields.require_list(row.get(key), key)
    if len(columns) <= index:
        raise ParseError(f"{key} has {len(columns)} columns")
    return fields.to_decimal(columns[index], key)


def parse_time(body: str | bytes) -> int:
    """Return the server's time in ms, of `Time`: it tells whole seconds."""
    return fields.to_time(fields.integer_of(parse_result(body), "unixtime") * 1000, "unixtime")
