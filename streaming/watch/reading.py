"""A frame of any dialect, read into what it says. The shapes differ so much that none is taken for another's. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from streaming.numbers import exact_decimal

Data = Mapping[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARKET_KINDS = {
    "price": "price",
    "quotes": "price",
    "ticker": "ticker",
    "klines": "kline",
    "kline": "kline",
    "trades": "trade",
    "trade": "trade",
    "depth": "depth",
    "signals": "signal",
    "market": "overview",
}


class Welcome(msgspec.Struct, frozen=True):
    """The first frame."""

    client_id: str
    authenticated: bool
    time: str


class Acknowledgement(msgspec.Struct, frozen=True):
    """Channels were `subscribed` or `unsubscribed`."""

    what: str
    channels: tuple[str, ...]


class Refusal(msgspec.Struct, frozen=True):
    """Something was refused: a channel, or a message."""

    message: str
    code: str | None = None
    channel: str | None = None


class LoggedIn(msgspec.Struct, frozen=True):
    """A first frame's token was accepted."""

    user_id: str
    expires_at: str


class LoginRefused(msgspec.Struct, frozen=True):
    """A first frame's token was not."""

    message: str
    code: str


class Heartbeat(msgspec.Struct, frozen=True):
    """A `ping` or a `pong` of the dialect."""

    what: str


class Update(msgspec.Struct, frozen=True):
    """News of a channel: `name` is the type of its data, or for a dotted channel the event."""

    channel: str
    name: str
    data: Data

    @property
    def is_dotted(self) -> bool:
        """Whether the channel is one of the engine's or the system's, such as `system.health`."""
        return ":" not in self.channel


class Other(msgspec.Struct, frozen=True):
    """A frame of a type that this client doesn't know."""

    frame: Any


class Unreadable(msgspec.Struct, frozen=True):
    """What is no JSON at all."""

    text: str


Report = Welcome | Acknowledgement | Refusal | LoggedIn | LoginRefused | Heartbeat | Other | Unreadable
"""Everything but news."""
Message = Report | Update


def read(text: str | bytes) -> Message:
    """Return what a frame says; raises nothing."""
    if isinstance(text, bytes):
        return Unreadable(f"a binary frame of {len(text)} bytes")
    try:
        frame = _decode(text)
    except (msgspec.DecodeError, RecursionError):
        return Unreadable(text)
    return next((message for shape in _SHAPES if (message := shape(frame))), Other(frame))


def moment(time: Any) -> str:
    """Return a time as ISO 8601 in UTC: dialects write either that, or milliseconds since the epoch."""
    if not isinstance(time, int):
        return str(time)
    try:
        return f"{(_EPOCH + timedelta(milliseconds=time)).isoformat(timespec='milliseconds')[:23]}Z"
    except OverflowError:
        return str(time)


def _number(text: str) -> Decimal | str:
    """Return a number exactly; one beyond all bounds stays text, which nobody calculates with."""
    try:
        return exact_decimal(text)
    except ValueError:
        return text


_decode = msgspec.json.Decoder(float_hook=_number).decode


def _greeting(frame: Any) -> Message | None:
    match frame:
        case {"type": "connected", "data": {"clientId": str(client), "authenticated": bool(known), "timestamp": time}}:
            return Welcome(client, known, moment(time))
        case {"type": "connected", "clientId": str(client), "timestamp": time}:
            return Welcome(client, authenticated=True, time=moment(time))  # /ws/trading lets nobody else in
        case {"type": "ping" | "pong" as what}:
            return Heartbeat(what)
        case _:
            return None


def _acknowledgement(frame: Any) -> Message | None:
    match frame:
        case {"type": "subscribed" | "unsubscribed" as what, "channel": str(channel)}:
            return Acknowledgement(what, (channel,))
        case {"type": "subscribed" | "unsubscribed" as what, "data": {"channels": list(channels)}}:
            return Acknowledgement(what, tuple(one for one in channels if isinstance(one, str)))
        case _:
            return None


def _login(frame: Any) -> Message | None:
    match frame:
        case {"type": "auth_result", "success": True, "data": {"user_id": str(user), "expires_at": time}}:
            return LoggedIn(user, moment(time))
        case {"type": "auth_result", "error": {"code": str(code), "message": str(message)}}:
            return LoginRefused(message, code)
        case _:
            return None


def _refusal(frame: Any) -> Message | None:
    match frame:
        case {"type": "error", "data": {"message": str(message)} as told}:
            return Refusal(message, _text(told.get("code")), _text(frame.get("channel", told.get("channel"))))
        case {"type": "error", "message": str(message)}:
            return Refusal(message, _text(frame.get("code")), _text(frame.get("channel")))
        case _:
            return None


def _news(frame: Any) -> Message | None:
    match frame:
        case {"type": "data", "channel": str(channel), "data": {"type": "event", "event": str(name), "data": data}}:
            return _update(channel, name, data)
        case {"type": "data", "channel": str(channel), "data": {"type": str(name), "data": data}}:
            return _update(channel, name, data)
        case {"type": "event", "channel": str(channel), "event": "update", "data": data}:
            return _update(channel, _MARKET_KINDS.get(channel.partition(":")[0], "update"), data)
        case {"type": "event", "channel": str(channel), "event": str(name), "data": data}:
            return _update(channel, name, data)
        case {"type": str(name), "channel": str(channel), "data": data}:
            return _update(channel, name, data)
        case _:
            return None


def _update(channel: str, name: str, data: Any) -> Update | None:
    return Update(channel, name, data) if isinstance(data, dict) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


_SHAPES = (_greeting, _acknowledgement, _login, _refusal, _news)
