"""What writes ready-made frames to one socket, for every frame that a client gets."""

import asyncio

from uvicorn.protocols.utils import ClientDisconnected


class FrameWriter:
    """Small on purpose: where frames are few, what one costs is how much memory of each client is touched for it.

    `transport` is None before the connection is made and once it is lost; `is_full` while the socket takes no more;
    `has_ended` once a close frame, or an answer that refuses the handshake, is out.
    """

    __slots__ = ("has_ended", "is_full", "transport")

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.is_full = False
        self.has_ended = False

    def write(self, data: bytes) -> bool:
        """Write frames at once; return False, and write nothing, while the socket is full.

        Raises `ClientDisconnected`, an `OSError`, once nothing may follow any more.
        """
        transport = self.transport
        if self.has_ended or transport is None or transport.is_closing():
            raise ClientDisconnected
        if self.is_full:
            return False
        transport.write(data)
        return True
