"""What writes ready-made frames to one socket, for every frame that a client gets."""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.utils import ClientDisconnected

from streaming.gateway.sending.transport import Write, write_nothing


class FrameWriter:
    """Small on purpose: where frames are few, what one costs is how much memory of each client is touched for it.

    `write` is what the socket's state asks for: that of its transport, with nothing between, while it takes frames.
    Who writes often has itself told of each change, and asks no more.
    While the socket is full it writes nothing, and returns False. Before the connection is made and once it is lost,
    and once a close frame or an answer that refuses the handshake is out, it raises `ClientDisconnected`, an `OSError`.
    """

    __slots__ = ("_follower", "_has_ended", "_is_full", "_transport", "write")

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._is_full = False
        self._has_ended = False
        self._follower: Callable[[Write], None] | None = None
        self.write: Write = _refuse

    def connect(self, transport: asyncio.Transport) -> None:
        """Write to a socket from now on."""
        self._transport = transport
        self._choose_write()

    def disconnect(self) -> None:
        """Write nothing more: the connection is lost."""
        self._transport = None
        self._choose_write()
        self._follower = None

    def follow(self, follower: Callable[[Write], None]) -> None:
        """Tell one follower what writes now, and whenever that changes, until the connection is lost."""
        self._follower = None if self._transport is None else follower
        follower(self.write)

    @property
    def is_full(self) -> bool:
        """Whether the socket takes no more for now."""
        return self._is_full

    @is_full.setter
    def is_full(self, is_full: bool) -> None:
        self._is_full = is_full
        self._choose_write()

    @property
    def has_ended(self) -> bool:
        """Whether nothing may follow what is out."""
        return self._has_ended

    @has_ended.setter
    def has_ended(self, has_ended: bool) -> None:
        self._has_ended = has_ended
        self._choose_write()

    def _choose_write(self) -> None:
        if self._has_ended or self._transport is None:
            self.write = _refuse
        else:
            self.write = write_nothing if self._is_full else self._transport.write
        if self._follower is not None:
            self._follower(self.write)


def _refuse(_: bytes) -> bool:
    raise ClientDisconnected
