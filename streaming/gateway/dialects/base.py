"""What a dialect does: it translates frames, nothing else."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from streaming.commands.outcome import Outcome
from streaming.events import Event
from streaming.fan_out.frames import Frame
from streaming.gateway.errors import CloseCode, GatewayError
from streaming.gateway.messages import ClientMessage
from streaming.identity.identity import Identity


class LoginMoment(Enum):
    """When a client of the dialect must have logged in: never, in the handshake, or by a first frame at the latest."""

    OPTIONAL = "optional"
    IN_HANDSHAKE = "in the handshake"
    BY_FIRST_FRAME = "by the first frame"


class Dialect(Protocol):
    """One way to spell the protocol. It has no state, so all connections of a dialect share one.

    `answers_each`: subscriptions are answered one by one, each answer followed by the channel's last value; else one
    answer names all that were accepted. `has_heartbeat`: the server sends the dialect's own pings and closes a client
    that it hasn't heard of. `stop_code` closes connections when the server stops.
    """

    name: str
    subprotocol: str | None
    login: LoginMoment
    answers_each: bool
    has_heartbeat: bool
    stop_code: CloseCode

    def write_time(self, milliseconds: int) -> str | int:
        """Return a time, given in ms since the epoch, as the dialect writes it."""
        ...

    def client_id(self, now_ms: int) -> str:
        """Return a new identity for a connection."""
        ...

    def decode(self, text: str) -> ClientMessage:
        """Return what a client's frame says; raise `InvalidMessageError` or `UnknownTypeError`."""
        ...

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames that tell `event` to a client that calls the topic `channel`."""
        ...

    def batch(self, frames: Sequence[Frame], now_ms: int) -> Frame:
        """Return one frame that carries others, in order."""
        ...

    def welcome(self, client_id: str, *, authenticated: bool, now_ms: int) -> Sequence[Frame]:
        """Return the first frames of a connection."""
        ...

    def subscribed(self, channels: Sequence[str], *, active: int, now_ms: int) -> Frame:
        """Return the acknowledgement of subscriptions: of one, where the dialect answers each, else of a message's.

        `active` is how many subscriptions the connection has now.
        """
        ...

    def unsubscribed(self, channels: Sequence[str], *, active: int, now_ms: int) -> Frame:
        """Return the acknowledgement that no further frame of `channels` comes."""
        ...

    def ping(self, now_ms: int) -> Frame:
        """Return the server's own ping, for dialects with a heartbeat."""
        ...

    def pong(self, now_ms: int) -> Frame:
        """Return the answer to a ping."""
        ...

    def logged_in(self, identity: Identity, now_ms: int) -> Frame:
        """Return the answer to a token that was accepted."""
        ...

    def login_refused(self, error: GatewayError, now_ms: int) -> Frame:
        """Return the answer to a token that was not."""
        ...

    def response(self, command_id: str, outcome: Outcome, now_ms: int) -> Frame:
        """Return the answer to a command."""
        ...

    def error(self, error: GatewayError, channel: str | None, now_ms: int) -> Frame:
        """Return a refusal; `channel` is None where it concerns no channel."""
        ...
