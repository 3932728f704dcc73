"""What a dialect does: it translates frames, nothing else."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from streaming.events import Event
from streaming.frames import Frame
from streaming.gateway.errors import GatewayError


class Subscribe(msgspec.Struct, frozen=True):
    """A client asks for channels."""

    channels: tuple[str, ...]


class Unsubscribe(msgspec.Struct, frozen=True):
    """A client gives channels up."""

    channels: tuple[str, ...]


class Ping(msgspec.Struct, frozen=True):
    """A client measures its round trip."""


ClientMessage = Subscribe | Unsubscribe | Ping


class Dialect(Protocol):
    """One way to spell the protocol. It has no state, so all connections of a dialect share one."""

    def client_id(self, now_ms: int) -> str:
        """Return a new identity for a connection."""
        ...

    def decode(self, text: str) -> ClientMessage:
        """Return what a client's frame says; raise `InvalidMessageError` or `UnknownTypeError`."""
        ...

    def encode(self, event: Event, channel: str) -> Sequence[Frame]:
        """Return the frames that tell `event` to a client that calls the topic `channel`."""
        ...

    def welcome(self, client_id: str, *, authenticated: bool, now_ms: int) -> Sequence[Frame]:
        """Return the first frames of a connection."""
        ...

    def subscribed(self, channel: str, now_ms: int) -> Frame:
        """Return the acknowledgement of a subscription."""
        ...

    def unsubscribed(self, channel: str, now_ms: int) -> Frame:
        """Return the acknowledgement that no further frame of `channel` comes."""
        ...

    def pong(self, now_ms: int) -> Frame:
        """Return the answer to a ping."""
        ...

    def error(self, error: GatewayError, channel: str | None, now_ms: int) -> Frame:
        """Return a refusal; `channel` is None where it concerns no channel."""
        ...
