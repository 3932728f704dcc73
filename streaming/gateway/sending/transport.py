"""How frames reach the server: as ready-made bytes where it is ours, by plain ASGI messages elsewhere."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

from streaming.fan_out.frames import Frame

EXTENSION = "tidewire"
"""The key under which `serve` offers its `ServerConnection` in `scope["extensions"]`."""

FRAMES_MESSAGE = "tidewire.frames"
"""The ASGI message that carries ready-made WebSocket frames in `data`; only `serve` understands it."""

PRIVATE_CODES = 3000
"""A server's library may refuse an application all codes below but 1000: those are RFC 6455's own (7.4.2)."""

Send = Callable[[Any], Awaitable[None]]
Scope = Mapping[str, Any]
OnMeasured = Callable[[float], None]
OnMissed = Callable[[], None]
Write = Callable[[bytes], bool | None]
"""Writes ready-made frames at once; False: it wrote nothing, as the socket is full. Raises `OSError` once the peer has
gone."""


class Writer(Protocol):
    """What writes to one socket."""

    def follow(self, follower: Callable[[Write], None]) -> None:
        """Tell one follower what writes now, and again whenever that changes with the state of the socket."""
        ...


class ServerConnection(Protocol):
    """What `serve` lets the application do besides ASGI."""

    def abort(self) -> None:
        """Drop the connection at once, whatever its buffers hold."""
        ...

    @property
    def writer(self) -> Writer:
        """What writes ready-made frames."""
        ...

    async def wait_writable(self) -> None:
        """Wait while the socket is full, or until the peer has gone."""
        ...

    def unwritten_bytes(self) -> int:
        """Return how much was written that the kernel hasn't taken yet."""
        ...

    def round_trip(self) -> float | None:
        """Return the round trip of the last answered ping in seconds, or None before the first."""
        ...

    def observe_round_trips(self, on_measured: OnMeasured, on_missed: OnMissed) -> None:
        """Tell every measured round trip (in seconds) and every missed pong from now on."""
        ...


class _NoWriter:
    """Where only `send` can."""

    def follow(self, follower: Callable[[Write], None]) -> None:
        follower(write_nothing)


def write_nothing(_: bytes) -> bool:
    """Say that the socket is full."""
    return False


class Transport:
    """Where an outbox writes to: any ASGI server, which knows only a `send` that may wait.

    `writer` writes ready-made frames at once; nothing where only `send` can.
    """

    def __init__(self, send: Send, writer: Writer | None = None) -> None:
        self._send = send
        self.writer = writer or _NO_WRITER

    async def send(self, frames: Sequence[Frame]) -> None:
        """Write frames in order, one message each; waits while the socket is full.

        Raise `OSError` once the peer has gone.
        """
        for frame in frames:
            await self._send({"type": "websocket.send", "text": frame.payload.decode()})

    def wait_writable(self) -> Coroutine[Any, Any, None] | None:
        """Return what waits until `writer` takes frames again, or the peer has gone.

        Return None where only `send` waits: ASGI has no other way.
        """
        return None

    def unwritten_bytes(self) -> int:
        """Return how much was written that hasn't left the server yet; 0 where ASGI has no way to tell."""
        return 0

    async def close(self, code: int, reason: str) -> None:
        """Send a close frame; waits while the socket is full.

        Where the server refuses a code below 3000, as Daphne does, that is told as one of ours: 1012 as 4012.
        """
        try:
            await self._send_close(code, reason)
        except OSError:
            raise
        except Exception:  # Daphne's library raises nothing more special
            if code >= PRIVATE_CODES:
                raise
            await self._send_close(PRIVATE_CODES + code, reason)

    async def _send_close(self, code: int, reason: str) -> None:
        # A plain int: Daphne's library refuses an enum's member.
        await self._send({"type": "websocket.close", "code": int(code), "reason": reason})

    def abort(self) -> None:
        """Drop the connection at once. ASGI has no way to: there the server's own ping finds a dead peer."""

    def round_trip(self) -> float | None:
        """Return the round trip of the server's last ping in seconds; None where ASGI has no way to tell."""
        return None

    def observe_round_trips(self, on_measured: OnMeasured, on_missed: OnMissed) -> None:
        """Tell every measured round trip (in seconds) and every missed pong from now on, where the server can."""


_NO_WRITER = _NoWriter()


class ReadyMadeTransport(Transport):
    """Our own server: several frames, encoded once for all connections, leave in one write."""

    def __init__(self, send: Send, connection: ServerConnection) -> None:
        super().__init__(send, connection.writer)
        self._connection = connection

    async def send(self, frames: Sequence[Frame]) -> None:
        """Write frames in order, in one piece."""
        await self._send({"type": FRAMES_MESSAGE, "data": joined(frames)})

    def wait_writable(self) -> Coroutine[Any, Any, None] | None:
        """Return what waits until `writer` takes frames again, or the peer has gone."""
        return self._connection.wait_writable()

    def unwritten_bytes(self) -> int:
        """Return how much was written that the kernel hasn't taken yet."""
        return self._connection.unwritten_bytes()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._connection.abort()

    def round_trip(self) -> float | None:
        """Return the round trip of the server's last ping in seconds."""
        return self._connection.round_trip()

    def observe_round_trips(self, on_measured: OnMeasured, on_missed: OnMissed) -> None:
        """Tell every measured round trip (in seconds) and every missed pong from now on."""
        self._connection.observe_round_trips(on_measured, on_missed)


def joined(frames: Sequence[Frame]) -> bytes:
    """Return the bytes of frames, in order, as they go over the wire."""
    return frames[0].wire if len(frames) == 1 else b"".join([frame.wire for frame in frames])


def transport_for(scope: Scope, send: Send) -> Transport:
    """Return the best transport that the connection's server offers."""
    connection = scope.get("extensions", {}).get(EXTENSION)
    return Transport(send) if connection is None else ReadyMadeTransport(send, connection)
