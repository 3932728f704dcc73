"""The three dialects as a client speaks them: what it writes, and what it makes of what it reads. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from tests.soak.judging.types import Feed, FeedKind, Item, Position, Resync

Frame = dict[str, Any]

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder().encode


class Dialect(StrEnum):
    """What a client speaks."""

    MARKET = "market"
    TRADING = "trading"
    CONTROL = "zigquant-v2"

    @property
    def needs_token(self) -> bool:
        """True where nobody gets in without a login."""
        return self is not Dialect.MARKET

    @property
    def subprotocols(self) -> list[str] | None:
        """What is asked for in the handshake."""
        return ["zigquant-v2"] if self is Dialect.CONTROL else None

    @property
    def path(self) -> str:
        """The endpoint."""
        return "/ws/trading" if self is Dialect.TRADING else "/ws"

    def channel(self, feed: Feed) -> str:
        """Return a feed as a channel, spelled as clients of the dialect do."""
        text = str(feed)
        if self is Dialect.TRADING:
            return text.replace("trades:", "trade:").replace("klines:", "kline:")
        return text


class News(msgspec.Struct, frozen=True):
    """An event of a channel: its name (`trade`, `kline`, `resync` …) and its data."""

    channel: str
    name: str
    data: Frame
    position: Position | None = None
    """Its place in the channel's history, where it was told with one."""


class Subscribed(msgspec.Struct, frozen=True):
    """Channels were subscribed to; `resumed` says, by channel, where those stand whose numbers were asked for."""

    channels: tuple[str, ...]
    resumed: dict[str, Frame] = {}


class Refused(msgspec.Struct, frozen=True):
    """Something was refused."""

    channel: str
    code: str
    message: str


class Answer(msgspec.Struct, frozen=True):
    """Any other frame."""

    type: str
    frame: Frame


Told = News | Subscribed | Refused | Answer


def message(kind: str, **fields: Any) -> str:
    """Return a message of a client, in every dialect."""
    return _encode({"type": kind, **fields}).decode()


def read(text: str | bytes, dialect: Dialect) -> Iterator[Told]:
    """Yield what a frame tells; a batch tells what its frames tell."""
    frame: Frame = _decode(text)
    if frame["type"] == "batch":
        for one in frame["data"]:
            yield _told(one, dialect)
    else:
        yield _told(frame, dialect)


def _told(frame: Frame, dialect: Dialect) -> Told:
    kind = frame["type"]
    if kind == "subscribed":
        if dialect is Dialect.CONTROL:
            return Subscribed(tuple(frame["data"]["channels"]), frame["data"].get("resumed", {}))
        return Subscribed((frame["channel"],), {frame["channel"]: frame})
    if kind == "error":
        data = frame.get("data", frame)
        return Refused(data.get("channel", frame.get("channel", "")), data.get("code", ""), data["message"])
    return _news(frame, dialect) or Answer(kind, frame)


def _news(frame: Frame, dialect: Dialect) -> News | None:
    kind, channel = frame["type"], frame.get("channel", "")
    position = Position(frame["epoch"], frame["seq"]) if "seq" in frame else None
    if kind == "data":
        return News(channel, frame["data"]["type"], frame["data"]["data"], position)
    if dialect is Dialect.CONTROL and kind == "event" and ":" in channel:
        name = _NAMES.get(channel.split(":")[0], "") if frame["event"] == "update" else frame["event"]
        return News(channel, name, frame["data"], position)
    if dialect is Dialect.MARKET and kind in _MARKET_TYPES:
        return News(channel, kind, frame["data"], position)
    return None


_NAMES = {"trades": "trade", "klines": "kline"}
_MARKET_TYPES = {"price", "ticker", "kline", "trade", "depth", "overview", "resync"}


def item_of(news: News) -> Item | None:
    """Return the trade or the closed candle that the news tell; None for an open candle, and for other news."""
    data = news.data
    if news.name == "trade":
        time = time_of(data.get("timestamp", data.get("time")))
        return Item(data["tradeId"], time, time, (data["price"], data["quantity"]))
    if news.name == "kline" and data.get("isFinal", data.get("closed")):
        open_time = int(data["time"] if "time" in data else data["startTime"])
        values = tuple(Decimal(data[name]) for name in ("open", "high", "low", "close", "volume"))
        return Item(open_time, open_time, open_time, values)
    return None


def resync_of(news: News, at: int) -> Resync | None:
    """Return what the news tell of a gap; None where they tell something else."""
    if news.name != "resync":
        return None
    data = news.data
    return Resync(time_of(data["from"]), time_of(data["to"]), data["complete"], at)


def time_of(value: Any) -> int:
    """Return a time in ms, from ms or ISO 8601."""
    if isinstance(value, str):
        return round(datetime.fromisoformat(value).timestamp() * 1000)
    return int(value)


def subscription(channels: Sequence[str], **options: Any) -> str:
    """Return the message that subscribes."""
    return message("subscribe", channels=list(channels), **options)


def feed_of(channel: str) -> Feed | None:
    """Return the feed of a channel, however it is spelled; None where it has none."""
    match channel.split(":"):
        case ["trades" | "trade", symbol]:
            return Feed(FeedKind.TRADES, symbol)
        case ["klines" | "kline", symbol, interval]:
            return Feed(FeedKind.CANDLES, symbol, interval)
        case _:
            return None
