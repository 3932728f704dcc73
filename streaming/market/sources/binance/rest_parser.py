"""From a REST body (or an archive's line) of the exchange to typed values; raises `ParseError` for what can't be read.

An exchangeInfo is read symbol by symbol: odd ones are left out and counted, the others stand. Pure.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from streaming.events import Side
from streaming.market.sources import fields
from streaming.market.sources.answers import ExchangeInfo, KlineRow, RestTrade, SymbolInfo
from streaming.market.sources.binance import stream_parser
from streaming.market.sources.binance.messages import PartialDepthMessage, TickerMessage
from streaming.market.sources.errors import ParseError
from streaming.market.sources.fields import Fields
from streaming.market.sources.messages import Refusal

_KLINE_COLUMNS = 9
_LONGEST_INTEGER = 19
_MOST_ORDERS = 2**31 - 1
_SIDES = ("bid", "ask")
_SIZES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "PRICE_FILTER": {"tickSize": ("tick_size",)},
    "LOT_SIZE": {
        "stepSize": ("step_size",),
        "minQty": ("minimum_quantity",),
        "maxQty": ("maximum_quantity",),
    },
    "MIN_NOTIONAL": {"minNotional": ("minimum_notional",)},
    "NOTIONAL": {"minNotional": ("minimum_notional",)},
    "PERCENT_PRICE": {
        "multiplierDown": ("bid_multiplier_down", "ask_multiplier_down"),
        "multiplierUp": ("bid_multiplier_up", "ask_multiplier_up"),
    },
    "PERCENT_PRICE_BY_SIDE": {
        f"{side}Multiplier{end}": (f"{side}_multiplier_{end.lower()}",) for side in _SIDES for end in ("Down", "Up")
    },
}
"""What is read of each filter, and which sizes of a symbol it is."""


def each_kline(body: str | bytes) -> Iterator[KlineRow]:
    """Yield the rows of `/api/v3/klines`, oldest first as the exchange sends them; others may run between."""
    for row in fields.require_list(fields.load_json(body), "the answer"):
        yield _kline_row(row)


def parse_csv_kline(line: str) -> KlineRow | None:
    """Return the candle in a line of an archive file; None for the header, which some files have."""
    if not line[:1].isdigit():
        return None
    return _kline_row([_number_or_text(text) for text in line.strip().split(",")])


def _number_or_text(text: str) -> int | str:
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _LONGEST_INTEGER else text


def _kline_row(row: object) -> KlineRow:
    columns = fields.require_list(row, "a candle")
    if len(columns) < _KLINE_COLUMNS:
        raise ParseError(f"a candle of {len(columns)} columns")
    return KlineRow(
        open_time=fields.to_time(columns[0], "open time"),
        open=fields.to_decimal(columns[1], "open"),
        high=fields.to_decimal(columns[2], "high"),
        low=fields.to_decimal(columns[3], "low"),
        close=fields.to_decimal(columns[4], "close"),
        volume=fields.to_decimal(columns[5], "volume"),
        close_time=fields.to_time(columns[6], "close time"),
        quote_volume=fields.to_decimal(columns[7], "quote volume"),
        trades=fields.to_integer(columns[8], "trades"),
    )


def parse_exchange_info(body: str | bytes) -> ExchangeInfo:
    """Return the symbols of `/api/v3/exchangeInfo`; each name once."""
    info = fields.require_object(fields.load_json_with_half_characters(body), "the answer")
    rows = fields.require_list(info.get("symbols"), "symbols")
    infos = [_symbol_info(row) for row in rows]
    by_name = {info.name: info for info in infos if info is not None}
    return ExchangeInfo(symbols=tuple(by_name.values()), unreadable=infos.count(None))


def _symbol_info(row: object) -> SymbolInfo | None:
    try:
        symbol = fields.require_object(row, "a symbol")
        return SymbolInfo(
            name=fields.name_of(symbol, "symbol"),
            status=fields.name_of(symbol, "status"),
            base=fields.name_of(symbol, "baseAsset"),
            quote=fields.name_of(symbol, "quoteAsset"),
            **_sizes(symbol.get("filters")),
            maximum_orders=_maximum_orders(symbol.get("filters")),
        )
    except ParseError:
        return None


def _sizes(filters: object) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = {}
    for entry in _filters(filters):
        for key, sizes in _SIZES.get(str(entry.get("filterType")), {}).items():
            found |= dict.fromkeys(sizes, _size(entry.get(key)))
    return found


def _maximum_orders(filters: object) -> int | None:
    for entry in _filters(filters):
        most = entry.get("maxNumOrders") if entry.get("filterType") == "MAX_NUM_ORDERS" else None
        if isinstance(most, int) and 0 < most <= _MOST_ORDERS:
            return most
    return None


def _filters(filters: object) -> list[Fields]:
    return [entry for entry in filters if isinstance(entry, dict)] if isinstance(filters, list) else []


def _size(value: object) -> Decimal | None:
    try:
        return fields.to_decimal(value, "a size")
    except ParseError:
        return None


def parse_depth(body: str | bytes) -> PartialDepthMessage:
    """Return the book of `/api/v3/depth`."""
    value = _object(body)
    return PartialDepthMessage(
        last_update_id=fields.integer_of(value, "lastUpdateId"),
        bids=stream_parser.levels_of(value, "bids"),
        asks=stream_parser.levels_of(value, "asks"),
    )


def parse_trades(body: str | bytes) -> tuple[RestTrade, ...]:
    """Return the trades of `/api/v3/trades`."""
    rows = fields.require_list(fields.load_json(body), "the answer")
    return tuple(_rest_trade(fields.require_object(row, "a trade")) for row in rows)


def _rest_trade(row: Fields) -> RestTrade:
    return RestTrade(
        trade_id=fields.integer_of(row, "id"),
        price=fields.decimal_of(row, "price"),
        quantity=fields.decimal_of(row, "qty"),
        time=fields.time_of(row, "time"),
        taker_side=Side.SELL if fields.flag_of(row, "isBuyerMaker") else Side.BUY,
    )


def parse_day_ticker(body: str | bytes) -> TickerMessage:
    """Return the rolling 24 hours of `/api/v3/ticker/24hr` of one symbol, which `@ticker` tells under other names."""
    value = _object(body)
    return TickerMessage(
        symbol=fields.name_of(value, "symbol"),
        event_time=fields.time_of(value, "closeTime"),
        price=fields.decimal_of(value, "lastPrice"),
        bid=fields.decimal_of(value, "bidPrice"),
        ask=fields.decimal_of(value, "askPrice"),
        open=fields.decimal_of(value, "openPrice"),
        high=fields.decimal_of(value, "highPrice"),
        low=fields.decimal_of(value, "lowPrice"),
        previous_close=fields.decimal_of(value, "prevClosePrice"),
        change=fields.decimal_of(value, "priceChange"),
        change_percent=fields.decimal_of(value, "priceChangePercent"),
        volume=fields.decimal_of(value, "volume"),
        quote_volume=fields.decimal_of(value, "quoteVolume"),
    )


def parse_time(body: str | bytes) -> int:
    """Return the server's time in milliseconds, of `/api/v3/time`."""
    return fields.time_of(_object(body), "serverTime")


def parse_error(body: str | bytes) -> Refusal:
    """Return the code and message of a refused REST request."""
    value = _object(body)
    message = value.get("msg")
    return Refusal(
        request_id=None,
        code=fields.integer_of(value, "code"),
        message=message if isinstance(message, str) else "",
    )


def _object(body: str | bytes) -> Fields:
    return fields.require_object(fields.load_json(body), "the answer")
