"""From a frame of Coinbase's feed to a typed message: tolerant of what is new, exact in what is known.

`parse_frame` never raises: what can't be read becomes `Unreadable`, what isn't known `Unknown`. Pure.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from streaming.events import Level, Side, Trade
from streaming.market.sources import fields
from streaming.market.sources.coinbase import messages
from streaming.market.sources.coinbase.stream_names import Channel, stream_name
from streaming.market.sources.errors import ParseError
from streaming.market.sources.fields import Fields
from streaming.market.sources.messages import Answer, Received, Refusal, SourceMessage, Unknown, Unreadable

_LONGEST_REASON = 200
_LEVEL_COLUMNS = 2
_CHANGE_COLUMNS = 3
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_OTHER = {Side.BUY: Side.SELL, Side.SELL: Side.BUY}


def parse_frame(frame: str | bytes) -> Received:
    """Return the message in a text frame, and the stream that it came on."""
    try:
        value = fields.require_object(fields.load_json(frame), "the message")
        kind = fields.name_of(value, "type")
        known = _KINDS.get(kind)
        if known is None:
            return Received(stream="", message=Unknown(event=kind))
        channel, parse = known
        return Received(stream=_stream(value, channel), message=parse(value))
    except ParseError as error:
        return Received(stream="", message=Unreadable(reason=str(error)[:_LONGEST_REASON]))


def _stream(value: Fields, channel: Channel | None) -> str:
    if channel is None:
        return ""
    return stream_name("" if channel is Channel.STATUS else fields.name_of(value, "product_id"), channel)


def _subscriptions(value: Fields) -> Answer:
    """Return all that the connection has now, whatever was asked for."""
    rows = fields.require_list(value.get("channels"), "channels")
    names = tuple(name for row in rows for name in _names(fields.require_object(row, "a channel")))
    return Answer(request_id=None, result=names)


def _names(row: Fields) -> Iterator[str]:
    channel = fields.name_of(row, "name")
    for product in fields.require_list(row.get("product_ids") or [], "product_ids") or [""]:
        yield stream_name(fields.to_name(product, "a product") if product else "", channel)


def _error(value: Fields) -> Refusal:
    told = [text for key in ("message", "reason") if isinstance(text := value.get(key), str)]
    return Refusal(request_id=None, code=0, message=": ".join(told))


def _match(value: Fields) -> messages.MatchMessage:
    return messages.MatchMessage(
        symbol=fields.name_of(value, "product_id"),
        sequence=fields.integer_of(value, "sequence"),
        trade=trade_of(value),
        is_last=value["type"] == "last_match",
    )


def trade_of(value: Fields) -> Trade:
    """Return the trade of a match or of a row of REST: the side that either names is the maker's."""
    time = fields.iso_time_of(value, "time")
    if time is None:
        raise ParseError("a trade without a time")
    return Trade(
        trade_id=fields.integer_of(value, "trade_id"),
        price=fields.decimal_of(value, "price"),
        quantity=fields.decimal_of(value, "size"),
        side=_OTHER[_side(value.get("side"))],
        time=time,
    )


def _side(value: object) -> Side:
    side = _SIDES.get(value) if isinstance(value, str) else None
    if side is None:
        raise ParseError("a side is buy or sell")
    return side


def _ticker(value: Fields) -> messages.TickerMessage:
    return messages.TickerMessage(
        symbol=fields.name_of(value, "product_id"),
        sequence=fields.integer_of(value, "sequence"),
        event_time=fields.iso_time_of(value, "time"),
        trade_id=fields.integer_of(value, "trade_id"),
        price=fields.decimal_of(value, "price"),
        quantity=fields.decimal_of(value, "last_size"),
        taker_side=_side(value.get("side")),
        bid=fields.decimal_of(value, "best_bid"),
        bid_quantity=fields.optional_decimal_of(value, "best_bid_size"),
        ask=fields.decimal_of(value, "best_ask"),
        ask_quantity=fields.optional_decimal_of(value, "best_ask_size"),
        open=fields.decimal_of(value, "open_24h"),
        high=fields.decimal_of(value, "high_24h"),
        low=fields.decimal_of(value, "low_24h"),
        volume=fields.decimal_of(value, "volume_24h"),
    )


def _snapshot(value: Fields) -> messages.SnapshotMessage:
    bids = [level_of(row) for row in fields.require_list(value.get("bids"), "bids")]
    asks = [level_of(row) for row in fields.require_list(value.get("asks"), "asks")]
    return messages.SnapshotMessage(
        symbol=fields.name_of(value, "product_id"),
        event_time=fields.iso_time_of(value, "time"),
        bids=tuple(level for level in bids if level is not None),
        asks=tuple(level for level in asks if level is not None),
        bad_levels=bids.count(None) + asks.count(None),
    )


def level_of(row: object) -> Level | None:
    """Return a level that begins with price and size; None for one that can't be read, as the size `0.-10000`."""
    columns = fields.require_list(row, "a level")
    if len(columns) < _LEVEL_COLUMNS:
        raise ParseError("a level has no size")
    try:
        return Level(fields.to_decimal(columns[0], "a price"), fields.to_decimal(columns[1], "a size"))
    except ParseError:
        return None


def _update(value: Fields) -> messages.UpdateMessage:
    changes = [_change(row) for row in fields.require_list(value.get("changes"), "changes")]
    return messages.UpdateMessage(
        symbol=fields.name_of(value, "product_id"),
        event_time=fields.iso_time_of(value, "time"),
        bids=tuple(level for side, level in changes if side is Side.BUY and level is not None),
        asks=tuple(level for side, level in changes if side is Side.SELL and level is not None),
        bad_levels=sum(level is None for _, level in changes),
    )


def _change(row: object) -> tuple[Side, Level | None]:
    columns = fields.require_list(row, "a change")
    if len(columns) < _CHANGE_COLUMNS:
        raise ParseError("a change has no size")
    return _side(columns[0]), level_of(columns[1:])


def _heartbeat(value: Fields) -> messages.HeartbeatMessage:
    return messages.HeartbeatMessage(
        symbol=fields.name_of(value, "product_id"),
        sequence=fields.integer_of(value, "sequence"),
        event_time=fields.iso_time_of(value, "time"),
        last_trade_id=fields.integer_of(value, "last_trade_id"),
    )


def _status(value: Fields) -> messages.StatusMessage:
    rows = fields.require_list(value.get("products"), "products")
    names = (fields.name_of(fields.require_object(row, "a product"), "id") for row in rows)
    return messages.StatusMessage(symbols=tuple(names))


_KINDS: Mapping[str, tuple[Channel | None, Callable[[Fields], SourceMessage]]] = MappingProxyType(
    {
        "subscriptions": (None, _subscriptions),
        "error": (None, _error),
        "match": (Channel.MATCHES, _match),
        "last_match": (Channel.MATCHES, _match),
        "ticker": (Channel.TICKER, _ticker),
        "snapshot": (Channel.BOOK, _snapshot),
        "l2update": (Channel.BOOK, _update),
        "heartbeat": (Channel.HEARTBEAT, _heartbeat),
        "status": (Channel.STATUS, _status),
    }
)
