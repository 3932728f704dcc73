"""The dialect of `/ws`: market data, with ISO 8601 times."""

import secrets
import string
from collections.abc import Sequence
from typing import Any

import msgspec

from streaming.clock import Clock
from streaming.events import Candle, Event, Signal, Trades
from streaming.frames import Frame, text_frame
from streaming.gateway.commands.outcome import Outcome
from streaming.gateway.dialects.base import ClientMessage, Login, Ping, Subscribe, Unsubscribe
from streaming.gateway.dialects.market_data import data_of
from streaming.gateway.dialects.outcomes import outcome_fields
from streaming.gateway.dialects.times import iso_time
from streaming.gateway.errors import CloseCode, GatewayError, InvalidMessageError, UnknownTypeError
from streaming.gateway.identity import Identity

_ALPHABET = string.ascii_lowercase + string.digits
_SUFFIX_LENGTH = 9
_encode = msgspec.json.Encoder().encode


class _Head(msgspec.Struct):
    type: str


class _Channels(msgspec.Struct):
    channels: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    channel: str | msgspec.UnsetType = msgspec.UNSET

    def names(self) -> tuple[str, ...]:
        """Return all channels that the message names; raise `InvalidMessageError` where it has neither field."""
        if self.channels is msgspec.UNSET and self.channel is msgspec.UNSET:
            raise InvalidMessageError
        one = () if self.channel is msgspec.UNSET else (self.channel,)
        many = () if self.channels is msgspec.UNSET else self.channels
        return one + many


_decode_head = msgspec.json.Decoder(_Head).decode
_decode_channels = msgspec.json.Decoder(_Channels).decode


class MarketDialect:
    """See the module. `clock` stamps outgoing events."""

    login = Login.OPTIONAL
    answers_each = True
    has_heartbeat = False
    stop_code = CloseCode.SERVICE_RESTART

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def client_id(self, now_ms: int) -> str:
        """Return a new identity, such as `ws_1701806400000_abc123def`."""
        return f"ws_{now_ms}_{''.join(secrets.choice(_ALPHABET) for _ in range(_SUFFIX_LENGTH))}"

    def decode(self, text: str) -> ClientMessage:
        """Return what a client's frame says; raise `InvalidMessageError` or `UnknownTypeError`."""
        try:
            return self._decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            raise InvalidMessageError from None

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames that tell `event` to a client that calls the topic `channel`."""
        timestamp = iso_time(self._clock.now_ms())
        key = _conflation_key(event, channel)
        return [text_frame(_encode(_envelope(name, channel, data, timestamp)), key) for name, data in data_of(event)]

    def welcome(self, client_id: str, *, authenticated: bool, now_ms: int) -> Sequence[Frame]:
        """Return `connected`, the first frame."""
        time = iso_time(now_ms)
        data = {"clientId": client_id, "authenticated": authenticated, "timestamp": time}
        return [_frame({"type": "connected", "data": data, "timestamp": time})]

    def subscribed(self, channels: Sequence[str], *, active: int, now_ms: int) -> Frame:
        """Return the acknowledgement of one subscription."""
        return _frame({"type": "subscribed", "channel": channels[0], "timestamp": iso_time(now_ms)})

    def unsubscribed(self, channels: Sequence[str], *, active: int, now_ms: int) -> Frame:
        """Return the acknowledgement that no further frame of a channel comes."""
        return _frame({"type": "unsubscribed", "channel": channels[0], "timestamp": iso_time(now_ms)})

    def ping(self, now_ms: int) -> Frame:
        """Return the server's own ping."""
        return _frame({"type": "ping", "timestamp": iso_time(now_ms)})

    def pong(self, now_ms: int) -> Frame:
        """Return the answer to a ping."""
        return _frame({"type": "pong", "timestamp": iso_time(now_ms)})

    def logged_in(self, identity: Identity, now_ms: int) -> Frame:
        """Return the answer to a token that was accepted."""
        data = {"user_id": identity.user_id, "expires_at": iso_time(identity.expires_at)}
        return _frame({"type": "auth_result", "timestamp": iso_time(now_ms), "success": True, "data": data})

    def login_refused(self, error: GatewayError, now_ms: int) -> Frame:
        """Return the answer to a token that was not."""
        refusal = {"code": error.code.value, "message": error.message}
        return _frame({"type": "auth_result", "timestamp": iso_time(now_ms), "success": False, "error": refusal})

    def response(self, command_id: str, outcome: Outcome, now_ms: int) -> Frame:
        """Return the answer to a command."""
        return _frame({"type": "response", "id": command_id, "timestamp": iso_time(now_ms), **outcome_fields(outcome)})

    def error(self, error: GatewayError, channel: str | None, now_ms: int) -> Frame:
        """Return a refusal."""
        named: dict[str, Any] = {} if channel is None else {"channel": channel}
        data = {"message": error.message, "code": error.code.value}
        return _frame({"type": "error", **named, "data": data, "timestamp": iso_time(now_ms)})

    def _decode(self, text: str) -> ClientMessage:
        message_type = _decode_head(text).type
        match message_type:
            case "subscribe":
                return Subscribe(_decode_channels(text).names())
            case "unsubscribe":
                return Unsubscribe(_decode_channels(text).names())
            case "ping":
                return Ping()
            case _:
                raise UnknownTypeError(message_type)


def _frame(message: dict[str, Any]) -> Frame:
    return text_frame(_encode(message))


def _envelope(name: str, channel: str, data: dict[str, Any], timestamp: str) -> dict[str, Any]:
    """Wrap a data object; symbol and interval stand at the top level too, for clients that read them there."""
    top: dict[str, Any] = {key: data[key] for key in ("symbol", "interval") if key in data}
    return {"type": name, "channel": channel, **top, "data": data, "timestamp": timestamp}


def _conflation_key(event: Event, channel: str) -> str | None:
    """Return None for what must not be dropped; open candles replace each other only within one candle."""
    if isinstance(event, Trades | Signal):
        return None
    if isinstance(event, Candle):
        return None if event.is_final else f"{channel}:{event.open_time}"
    return channel
