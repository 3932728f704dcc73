"""The library's client connection, which tells of every frame that comes and notes every one that we send."""

from collections.abc import Awaitable, Callable

from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode
from websockets.protocol import Event
from websockets.typing import DataLike

from streaming.loopback import is_loopback
from streaming.market.upstream.limits import ConnectionLimits


def _nothing() -> None:
    """Stand in until somebody listens."""


class WebSocket(ClientConnection):
    """A client connection that tells of every frame that comes and goes.

    `heard` is called with each frame, pings and pongs too; `said` with our pings and pongs.
    """

    heard: Callable[[], None] = staticmethod(_nothing)
    said: Callable[[], None] = staticmethod(_nothing)

    def process_event(self, event: Event) -> None:
        """Tell of a frame, and give it its way; a ping is answered by then."""
        if isinstance(event, Frame):
            self.heard()
            if event.opcode is Opcode.PING:
                self.said()
        super().process_event(event)

    async def ping(self, data: DataLike | None = None) -> Awaitable[float]:
        """Send a ping; the exchange counts it as a message."""
        self.said()
        return await super().ping(data)


def open_socket(url: str, limits: ConnectionLimits) -> connect:
    """Return what connects to `url` in an `async with`; it raises OSError or WebSocketException where that fails."""
    return connect(
        url,
        open_timeout=limits.open_timeout,
        close_timeout=limits.close_timeout,
        ping_interval=limits.ping_interval,
        ping_timeout=limits.ping_timeout,
        max_size=limits.maximum_frame_bytes,
        proxy=None if is_loopback(url) else True,
        compression=None,
        create_connection=WebSocket,
    )
