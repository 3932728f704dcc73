"""What clients say, whichever dialect they say it in."""

from collections.abc import Mapping

import msgspec

from streaming.commands.command import Command
from streaming.event_history.history import Position


class SubscriptionOptions(msgspec.Struct, frozen=True):
    """How a client wants what it subscribes.

    `throttle_ms`: at most one frame of state in so many ms, always the newest; 0 for each as it comes. `batch`: frames
    that leave together come as one. `since`: where the client stands, by channel; given, if only empty, it has events
    numbered; None where it wants no numbers.
    """

    throttle_ms: int = 0
    batch: bool = False
    since: Mapping[str, Position] | None = None


class Subscribe(msgspec.Struct, frozen=True):
    """A client asks for channels."""

    channels: tuple[str, ...]
    options: SubscriptionOptions = SubscriptionOptions()


class Unsubscribe(msgspec.Struct, frozen=True):
    """A client gives channels up."""

    channels: tuple[str, ...]


class Ping(msgspec.Struct, frozen=True):
    """A client measures its round trip."""


class Pong(msgspec.Struct, frozen=True):
    """A client answers the dialect's own ping, or gives a sign of life."""


class Authenticate(msgspec.Struct, frozen=True):
    """A client logs in, or renews its login."""

    token: str

    def __repr__(self) -> str:
        return "Authenticate()"


ClientMessage = Subscribe | Unsubscribe | Ping | Pong | Authenticate | Command
