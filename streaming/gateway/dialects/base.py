"""What a dialect does: it translates frames, nothing else. Most differ in nothing but how a time is written."""

import secrets
import string
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec

from streaming.clock import Clock
from streaming.commands.outcome import Outcome, Success
from streaming.event_history.history import Place
from streaming.events import Event, NamedEvent
from streaming.fan_out.frames import Frame, text_frame
from streaming.gateway.dialects.conflation import conflation_key, ended_key
from streaming.gateway.dialects.decoder import decode_client_message
from streaming.gateway.dialects.event_data import EventData
from streaming.gateway.dialects.market_data import Data
from streaming.gateway.errors import CloseCode, GatewayError
from streaming.gateway.messages import ClientMessage
from streaming.identity.identity import Identity

Message = dict[str, Any]

_ALPHABET = string.ascii_lowercase + string.digits
_SUFFIX_LENGTH = 9
_SUFFIXES = len(_ALPHABET) ** _SUFFIX_LENGTH
_encode = msgspec.json.Encoder().encode


class LoginMoment(Enum):
    """When a client of the dialect must have logged in: never, in the handshake, or by a first frame at the latest."""

    OPTIONAL = "optional"
    IN_HANDSHAKE = "in the handshake"
    BY_FIRST_FRAME = "by the first frame"


class Dialect(ABC):
    """One way to spell the protocol. It has no state, so all connections of a dialect share one.

    `answers_each`: subscriptions are answered one by one, each answer followed by the channel's last value; else one
    answer names all that were accepted. `has_heartbeat`: the server sends the dialect's own pings and closes a client
    that it hasn't heard of. `stop_code` closes connections when the server stops. `clock` stamps outgoing events;
    `data` writes what is in them.
    """

    name: str
    subprotocol: str | None
    login: LoginMoment
    answers_each: bool
    has_heartbeat: bool
    stop_code: CloseCode
    client_id_prefix: str

    def __init__(self, clock: Clock, data: EventData) -> None:
        self._clock = clock
        self.data = data

    @abstractmethod
    def welcome(self, client_id: str, *, authenticated: bool, now_ms: int) -> Sequence[Frame]:
        """Return the first frames of a connection."""

    @abstractmethod
    def envelope(self, event: Event, channel: str, data: Data) -> Message:
        """Return what carries `data` of an event of no dotted name, whose topic the client calls `channel`."""

    @abstractmethod
    def named_envelope(self, event: NamedEvent, data: Data) -> Message:
        """Return what carries `data` of an event that names its channel itself."""

    @abstractmethod
    def refusal(self, error: GatewayError, named: Message) -> Message:
        """Return what tells a refusal; `named` holds the channel where there is one."""

    def acknowledgement(self, name: str, channels: Sequence[str], _: int) -> Message:
        """Return what acknowledges one channel; dialects that answer a whole message do so in their own way."""
        return {"type": name, "channel": channels[0]}

    def write_time(self, milliseconds: int) -> str | int:
        """Return a time, given in ms since the epoch, as the dialect writes it."""
        return self.data.time(milliseconds)

    def client_id(self, now_ms: int) -> str:
        """Return a new identity, such as `ws_1701806400000_abc123def`."""
        number, suffix = secrets.randbelow(_SUFFIXES), ""
        for _ in range(_SUFFIX_LENGTH):
            number, digit = divmod(number, len(_ALPHABET))
            suffix += _ALPHABET[digit]
        return f"{self.client_id_prefix}_{now_ms}_{suffix}"

    def decode(self, text: str) -> ClientMessage:
        """Return what a client's frame says; raise `InvalidMessageError` or `UnknownTypeError`."""
        return decode_client_message(text)

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames that tell `event` to a client that calls the topic `channel`."""
        now_ms = self._clock.now_ms()
        key, ends = conflation_key(event, channel), ended_key(event, channel)
        return [self.frame(self._wrap(event, channel, data), now_ms, key, ends) for data in self.data.of(event)]

    def encode_numbered(self, event: Event, channel: str, place: Place) -> Sequence[Frame]:
        """Return the frames of `encode`, each with the history's epoch and its own number in it."""
        now_ms, first = self._clock.now_ms(), place.first_seq
        ends = ended_key(event, channel)
        return [
            self.frame({**self._wrap(event, channel, data), "epoch": place.epoch, "seq": seq}, now_ms, None, ends)
            for seq, data in enumerate(self.data.of(event), start=first)
        ]

    def batch(self, frames: Sequence[Frame], now_ms: int) -> Frame:
        """Return one frame that carries others, in order, as a client may ask for."""
        carried = msgspec.Raw(b"[" + b",".join(frame.payload for frame in frames) + b"]")
        return self.frame({"type": "batch", "data": carried}, now_ms)

    def subscribed(
        self, channels: Sequence[str], *, active: int, now_ms: int, resumed: Mapping[str, Message] | None = None
    ) -> Frame:
        """Return the acknowledgement of subscriptions: of one, where the dialect answers each, else of a message's.

        `active` is how many subscriptions the connection has now. `resumed` says, by channel, where those stand of
        which the client asked for numbers.
        """
        message = self.acknowledgement("subscribed", channels, active)
        if resumed:
            self.add_resumed(message, resumed)
        return self.frame(message, now_ms)

    def add_resumed(self, acknowledgement: Message, resumed: Mapping[str, Message]) -> None:
        """Say in an acknowledgement of one channel where that stands; of a pattern, by channel, where its own do."""
        channel = acknowledgement["channel"]
        below = {name: said for name, said in resumed.items() if name != channel}
        acknowledgement.update(resumed.get(channel, {}))
        if below:
            acknowledgement["resumed"] = below

    def unsubscribed(self, channels: Sequence[str], *, active: int, now_ms: int) -> Frame:
        """Return the acknowledgement that no further frame of `channels` comes."""
        return self.frame(self.acknowledgement("unsubscribed", channels, active), now_ms)

    def ping(self, now_ms: int) -> Frame:
        """Return the server's own ping, for dialects with a heartbeat."""
        return self.frame({"type": "ping"}, now_ms)

    def pong(self, now_ms: int) -> Frame:
        """Return the answer to a ping."""
        return self.frame({"type": "pong"}, now_ms)

    def logged_in(self, identity: Identity, now_ms: int) -> Frame:
        """Return the answer to a token that was accepted."""
        data = {"user_id": identity.user_id, "expires_at": self.write_time(identity.expires_at)}
        return self.frame({"type": "auth_result", "success": True, "data": data}, now_ms)

    def login_refused(self, error: GatewayError, now_ms: int) -> Frame:
        """Return the answer to a token that was not."""
        refusal = {"code": error.code.value, "message": error.message}
        return self.frame({"type": "auth_result", "success": False, "error": refusal}, now_ms)

    def response(self, command_id: str, outcome: Outcome, now_ms: int) -> Frame:
        """Return the answer to a command."""
        return self.frame({"type": "response", "id": command_id, **_outcome_fields(outcome)}, now_ms)

    def error(self, error: GatewayError, channel: str | None, now_ms: int) -> Frame:
        """Return a refusal; `channel` is None where it concerns no channel."""
        return self.frame(self.refusal(error, {} if channel is None else {"channel": channel}), now_ms)

    def _wrap(self, event: Event, channel: str, data: Data) -> Message:
        if isinstance(event, NamedEvent):
            return self.named_envelope(event, data)
        return self.envelope(event, channel, data)

    def frame(self, message: Message, now_ms: int, key: str | None = None, ends: str | None = None) -> Frame:
        """Return the frame of `message`, which is stamped here."""
        message["timestamp"] = self.write_time(now_ms)
        return text_frame(_encode(message), key, ends=ends)


def _outcome_fields(outcome: Outcome) -> Message:
    """Return `success` with `data`, or with `error`: its code, its message and, where there are any, the fields."""
    if isinstance(outcome, Success):
        return {"success": True, "data": dict(outcome.data)}
    error: Message = {"code": outcome.code.value, "message": outcome.message}
    if outcome.fields:
        error["fields"] = dict(outcome.fields)
    return {"success": False, "error": error}
