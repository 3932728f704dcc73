"""From a frame of the exchange's streams to a typed message: tolerant of what is new, exact in what is known.

`parse_frame` never raises: what can't be read becomes `Unreadable`, what isn't known `Unknown`. Pure.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from streaming.events import Interval, Level, Side
from streaming.market.sources import fields
from streaming.market.sources.binance import messages
from streaming.market.sources.binance.messages import Message, Single
from streaming.market.sources.errors import ParseError
from streaming.market.sources.fields import Fields
from streaming.market.sources.messages import (
    Answer,
    Received,
    Refusal,
    RequestId,
    ServerShutdownMessage,
    Unknown,
    Unreadable,
)

_LONGEST_REASON = 200
_BOOK_TICKER_KEYS = frozenset("usbBaA")
_LEVEL_COLUMNS = 2


def parse_frame(frame: str | bytes) -> Received:
    """Return the message in a text frame, combined (`{"stream", "data"}`) or raw."""
    try:
        value = fields.load_json(frame)
        if isinstance(value, dict) and "stream" in value and "data" in value:
            stream, value = fields.name_of(value, "stream"), value["data"]
        else:
            stream = ""
    except ParseError as error:
        return Received(stream="", message=_unreadable(error))
    return Received(stream=stream, message=parse_message(value))


def parse_message(value: Any) -> Message:
    """Return the message in a decoded payload."""
    if isinstance(value, list):
        return messages.Several(messages=tuple(_parse_single(item) for item in value))
    return _parse_single(value)


def _parse_single(value: object) -> Single:
    try:
        return _parse_object(fields.require_object(value, "the message"))
    except ParseError as error:
        return _unreadable(error)


def _unreadable(error: ParseError) -> Unreadable:
    return Unreadable(reason=str(error)[:_LONGEST_REASON])


def _parse_object(value: Fields) -> Single:
    if isinstance(value.get("event"), dict):  # the WebSocket API's wrapper
        value = value["event"]
    if "e" in value:
        return _parse_event(value)
    if isinstance(value.get("error"), dict):
        return _refusal(value["error"], value.get("id"))
    if "code" in value and "msg" in value:
        return _refusal(value, value.get("id"))
    if "result" in value:
        return Answer(request_id=_request_id(value.get("id")), result=_result(value["result"]))
    return _parse_nameless(value)


def _parse_nameless(value: Fields) -> Single:
    if "lastUpdateId" in value:
        return _partial_depth(value)
    if value.keys() >= _BOOK_TICKER_KEYS:
        return _book_ticker(value)
    method = value.get("method")
    return Unknown(event=method if isinstance(method, str) else "")


def _parse_event(value: Fields) -> Single:
    name = fields.name_of(value, "e")
    parse = _EVENTS.get(name)
    return Unknown(event=name) if parse is None else parse(value)


def _refusal(error: Fields, request_id: object) -> Refusal:
    text = error.get("msg")
    return Refusal(
        request_id=_request_id(request_id),
        code=fields.integer_of(error, "code"),
        message=text if isinstance(text, str) else "",
    )


def _request_id(value: object) -> RequestId:
    if value is None or isinstance(value, str):
        return value
    return fields.to_integer(value, "id")


def _result(value: object) -> tuple[str, ...] | bool | None:
    if value is None or isinstance(value, bool):
        return value
    return tuple(fields.to_name(name, "a stream's name") for name in fields.require_list(value, "result"))


def _taker_side(value: Fields) -> Side:
    """Return who took: where the buyer was the maker (`m`), the seller did."""
    return Side.SELL if fields.flag_of(value, "m") else Side.BUY


def _trade(value: Fields) -> messages.TradeMessage:
    return messages.TradeMessage(
        symbol=fields.name_of(value, "s"),
        event_time=fields.time_of(value, "E"),
        trade_id=fields.integer_of(value, "t"),
        price=fields.decimal_of(value, "p"),
        quantity=fields.decimal_of(value, "q"),
        time=fields.time_of(value, "T"),
        taker_side=_taker_side(value),
    )


def _kline(value: Fields) -> messages.KlineMessage:
    candle = fields.require_object(value.get("k"), "k")
    return messages.KlineMessage(
        symbol=fields.name_of(value, "s"),
        event_time=fields.time_of(value, "E"),
        interval=_interval(candle),
        open_time=fields.time_of(candle, "t"),
        close_time=fields.time_of(candle, "T"),
        open=fields.decimal_of(candle, "o"),
        high=fields.decimal_of(candle, "h"),
        low=fields.decimal_of(candle, "l"),
        close=fields.decimal_of(candle, "c"),
        volume=fields.decimal_of(candle, "v"),
        quote_volume=fields.decimal_of(candle, "q"),
        trades=fields.integer_of(candle, "n"),
        is_final=fields.flag_of(candle, "x"),
    )


def _interval(candle: Fields) -> Interval:
    name = fields.name_of(candle, "i")
    try:
        return Interval(name)
    except ValueError:
        raise ParseError(f"i is not an interval: {name}") from None


def _mini_ticker(value: Fields) -> messages.MiniTickerMessage:
    return messages.MiniTickerMessage(
        symbol=fields.name_of(value, "s"),
        event_time=fields.time_of(value, "E"),
        price=fields.decimal_of(value, "c"),
        open=fields.decimal_of(value, "o"),
        high=fields.decimal_of(value, "h"),
        low=fields.decimal_of(value, "l"),
        volume=fields.decimal_of(value, "v"),
        quote_volume=fields.decimal_of(value, "q"),
    )


def _ticker(value: Fields) -> messages.TickerMessage:
    return messages.TickerMessage(
        symbol=fields.name_of(value, "s"),
        event_time=fields.time_of(value, "E"),
        price=fields.decimal_of(value, "c"),
        bid=fields.decimal_of(value, "b"),
        ask=fields.decimal_of(value, "a"),
        open=fields.decimal_of(value, "o"),
        high=fields.decimal_of(value, "h"),
        low=fields.decimal_of(value, "l"),
        previous_close=fields.decimal_of(value, "x"),
        change=fields.decimal_of(value, "p"),
        change_percent=fields.decimal_of(value, "P"),
        volume=fields.decimal_of(value, "v"),
        quote_volume=fields.decimal_of(value, "q"),
    )


def _book_ticker(value: Fields) -> messages.BookTickerMessage:
    return messages.BookTickerMessage(
        symbol=fields.name_of(value, "s"),
        update_id=fields.integer_of(value, "u"),
        bid=fields.decimal_of(value, "b"),
        bid_quantity=fields.decimal_of(value, "B"),
        ask=fields.decimal_of(value, "a"),
        ask_quantity=fields.decimal_of(value, "A"),
    )


def _partial_depth(value: Fields) -> messages.PartialDepthMessage:
    return messages.PartialDepthMessage(
        last_update_id=fields.integer_of(value, "lastUpdateId"),
        bids=levels_of(value, "bids"),
        asks=levels_of(value, "asks"),
    )


def _depth_update(value: Fields) -> messages.DepthUpdateMessage:
    return messages.DepthUpdateMessage(
        symbol=fields.name_of(value, "s"),
        event_time=fields.time_of(value, "E"),
        first_id=fields.integer_of(value, "U"),
        last_id=fields.integer_of(value, "u"),
        bids=levels_of(value, "b"),
        asks=levels_of(value, "a"),
    )


def levels_of(value: Fields, key: str) -> tuple[Level, ...]:
    """Return the price levels under `key`, each a list that begins with price and quantity."""
    return tuple(_level(row, key) for row in fields.require_list(value.get(key), key))


def _level(row: object, key: str) -> Level:
    columns = fields.require_list(row, f"a level of {key}")
    if len(columns) < _LEVEL_COLUMNS:
        raise ParseError(f"a level of {key} has no quantity")
    return Level(fields.to_decimal(columns[0], "a price"), fields.to_decimal(columns[1], "a quantity"))


def _server_shutdown(value: Fields) -> ServerShutdownMessage:
    return ServerShutdownMessage(event_time=fields.time_of(value, "E") if "E" in value else None)


_EVENTS: MappingProxyType[str, Callable[[Fields], Single]] = MappingProxyType(
    {
        "trade": _trade,
        "kline": _kline,
        "24hrMiniTicker": _mini_ticker,
        "24hrTicker": _ticker,
        "bookTicker": _book_ticker,
        "depthUpdate": _depth_update,
        "serverShutdown": _server_shutdown,
    }
)
