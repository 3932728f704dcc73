"""What a command's handler knows of whoever asks, and what it may use."""

from collections.abc import Awaitable, Callable

import msgspec

from streaming.clock import Clock
from streaming.connections.quality import QualitySummary
from streaming.fan_out.hub import Hub
from streaming.identity.identity import Identity
from streaming.times import WriteTime


class CommandContext(msgspec.Struct, frozen=True, kw_only=True):
    """The connection as it is when the command begins, and what all connections of the process share.

    `channels` returns its subscriptions as the client spelled them, oldest first, once what it asked of them before the
    command is answered. `write_time` writes a time as the
    connection's dialect does. `address` is the client's, empty where it isn't known.
    """

    client_id: str
    identity: Identity | None
    channels: Callable[[], Awaitable[tuple[str, ...]]]
    quality: QualitySummary
    write_time: WriteTime
    hub: Hub
    clock: Clock
    address: str = ""
