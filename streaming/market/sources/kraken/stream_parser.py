"""From a frame of Kraken's feed to typed messages: tolerant of what is new, exact in what is known.

`parse_frame` never raises: what can't be read becomes `Unreadable`, what isn't known `Unknown`. Pure.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from streaming.events import Level, Side, Trade
from streaming.market.sources import fields
from streaming.market.sources.errors import ParseError
from streaming.market.sources.fields import Fields
from streaming.market.sources.kraken import messages
from streaming.market.sources.kraken.intervals import interval_of
from streaming.market.sources.messages import RequestId, SourceMessage, Unknown, Unreadable

_LONGEST_REASON = 200
_LARGEST_UNSIGNED = 2**64
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}

Messages = tuple[SourceMessage, ...]


def parse_frame(frame: str | bytes) -> Messages:
    """Return the messages in a text frame: of one channel, one for each symbol."""
    try:
        value = fields.require_object(fields.load_json(frame), "the message")
        return _of_channel(value) if "channel" in value else (_of_method(value),)
    except ParseError as error:
        return (Unreadable(reason=str(error)[:_LONGEST_REASON]),)


def _of_channel(value: Fields) -> Messages:
    channel = fields.name_of(value, "channel")
    if channel == "heartbeat":
        return (messages.HeartbeatMessage(),)
    parse = _CHANNELS.get(channel)
    return (Unknown(event=channel),) if parse is None else parse(value)


def _of_method(value: Fields) -> SourceMessage:
    method = value.get("method")
    request_id = _request_id(value.get("req_id"))
    if method == "pong":
        return messages.PongMessage(request_id=request_id)
    match value.get("success"):
        case True if method in {"subscribe", "unsubscribe"}:
            return _acknowledgement(value, request_id, is_subscribed=method == "subscribe")
        case False:
            return messages.SymbolRefusal(
                request_id=request_id, symbol=_text(value.get("symbol")), message=_text(value.get("error"))
            )
        case _:
            return Unknown(event=_text(method))


def _acknowledgement(value: Fields, request_id: RequestId, *, is_subscribed: bool) -> messages.Acknowledgement:
    result = fields.require_object(value.get("result"), "result")
    return messages.Acknowledgement(
        request_id=request_id,
        is_subscribed=is_subscribed,
        channel=fields.name_of(result, "channel"),
        symbol=_text(result.get("symbol")),
        warnings=tuple(map(_text, fields.require_list(result.get("warnings") or [], "warnings"))),
    )


def _request_id(value: object) -> RequestId:
    return None if value is None else fields.to_integer(value, "req_id")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _rows(value: Fields) -> list[Fields]:
    return [fields.require_object(row, "a row") for row in fields.require_list(value.get("data"), "data")]


def _is_snapshot(value: Fields) -> bool:
    return value.get("type") == "snapshot"


def _books(value: Fields) -> Messages:
    return tuple(_book(row, is_snapshot=_is_snapshot(value)) for row in _rows(value))


def _book(row: Fields, *, is_snapshot: bool) -> messages.BookMessage:
    return messages.BookMessage(
        symbol=fields.name_of(row, "symbol"),
        is_snapshot=is_snapshot,
        event_time=fields.iso_time_of(row, "timestamp"),
        bids=_levels(row, "bids"),
        asks=_levels(row, "asks"),
        checksum=fields.integer_of(row, "checksum"),
    )


def _levels(row: Fields, key: str) -> tuple[Level, ...]:
    levels = (fields.require_object(level, f"a level of {key}") for level in fields.require_list(row.get(key), key))
    return tuple(Level(fields.decimal_of(level, "price"), fields.decimal_of(level, "qty")) for level in levels)


def _trades(value: Fields) -> Messages:
    by_symbol: dict[str, list[Trade]] = {}
    for row in _rows(value):
        by_symbol.setdefault(fields.name_of(row, "symbol"), []).append(_trade(row))
    return tuple(
        messages.TradesMessage(symbol=symbol, is_snapshot=_is_snapshot(value), trades=tuple(trades))
        for symbol, trades in by_symbol.items()
    )


def _trade(row: Fields) -> Trade:
    side, time = _SIDES.get(_text(row.get("side"))), fields.iso_time_of(row, "timestamp")
    if side is None or time is None:
        raise ParseError("a trade without a side, or without a time")
    return Trade(
        trade_id=fields.integer_of(row, "trade_id"),
        price=fields.decimal_of(row, "price"),
        quantity=fields.decimal_of(row, "qty"),
        side=side,
        time=time,
    )


def _tickers(value: Fields) -> Messages:
    return tuple(_ticker(row, is_snapshot=_is_snapshot(value)) for row in _rows(value))


def _ticker(row: Fields, *, is_snapshot: bool) -> messages.TickerMessage:
    return messages.TickerMessage(
        symbol=fields.name_of(row, "symbol"),
        is_snapshot=is_snapshot,
        event_time=fields.iso_time_of(row, "timestamp"),
        bid=fields.decimal_of(row, "bid"),
        bid_quantity=fields.decimal_of(row, "bid_qty"),
        ask=fields.decimal_of(row, "ask"),
        ask_quantity=fields.decimal_of(row, "ask_qty"),
        price=fields.optional_decimal_of(row, "last"),
        volume=fields.optional_decimal_of(row, "volume"),
        volume_weighted_price=fields.optional_decimal_of(row, "vwap"),
        low=fields.optional_decimal_of(row, "low"),
        high=fields.optional_decimal_of(row, "high"),
        change=fields.optional_decimal_of(row, "change"),
        change_percent=fields.optional_decimal_of(row, "change_pct"),
    )


def _candles(value: Fields) -> Messages:
    message = messages.CandlesMessage(
        is_snapshot=_is_snapshot(value),
        event_time=fields.iso_time_of(value, "timestamp"),
        candles=tuple(map(_candle, _rows(value))),
    )
    return (message,)


def _candle(row: Fields) -> messages.CandleRow:
    time = fields.iso_time_of(row, "interval_begin")  # the row's `timestamp` is its end
    if time is None:
        raise ParseError("a candle without a beginning")
    return messages.CandleRow(
        symbol=fields.name_of(row, "symbol"),
        interval=interval_of(fields.integer_of(row, "interval")),
        open_time=time,
        open=fields.decimal_of(row, "open"),
        high=fields.decimal_of(row, "high"),
        low=fields.decimal_of(row, "low"),
        close=fields.decimal_of(row, "close"),
        volume=fields.decimal_of(row, "volume"),
        volume_weighted_price=fields.decimal_of(row, "vwap"),
        trades=fields.integer_of(row, "trades"),
    )


def _instruments(value: Fields) -> Messages:
    data = fields.require_object(value.get("data"), "data")
    pairs = [_pair(row) for row in fields.require_list(data.get("pairs"), "pairs")]
    message = messages.InstrumentsMessage(
        is_snapshot=_is_snapshot(value),
        pairs=tuple(pair for pair in pairs if pair is not None),
        unreadable=pairs.count(None),
    )
    return (message,)


def _pair(row: object) -> messages.Pair | None:
    try:
        pair = fields.require_object(row, "a pair")
        return messages.Pair(
            symbol=fields.name_of(pair, "symbol"),
            base=fields.name_of(pair, "base"),
            quote=fields.name_of(pair, "quote"),
            status=fields.name_of(pair, "status"),
            price_step=fields.optional_decimal_of(pair, "price_increment"),
            quantity_step=fields.optional_decimal_of(pair, "qty_increment"),
            minimum_quantity=fields.optional_decimal_of(pair, "qty_min"),
            minimum_cost=fields.optional_decimal_of(pair, "cost_min"),
        )
    except ParseError:
        return None


def _status(value: Fields) -> Messages:
    return tuple(map(_state, _rows(value)))


def _state(row: Fields) -> SourceMessage:
    system = fields.name_of(row, "system")
    try:
        state = messages.SystemState(system)
    except ValueError:
        return Unknown(event=f"status {system}")
    number = row.get("connection_id")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _LARGEST_UNSIGNED
    return messages.StatusMessage(state=state, connection_id=number if is_number else None)


_CHANNELS: Mapping[str, Callable[[Fields], Messages]] = MappingProxyType(
    {
        "book": _books,
        "trade": _trades,
        "ticker": _tickers,
        "ohlc": _candles,
        "instrument": _instruments,
        "status": _status,
    }
)
