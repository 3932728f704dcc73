"""What one connection is sent: at once when idle, gathered under load, conflated and bounded for a slow reader."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from enum import Enum
from typing import Any

import msgspec
import structlog

from streaming.clock import Clock
from streaming.frames import Frame
from streaming.gateway.sending import drive
from streaming.gateway.sending.send_queue import SendQueue
from streaming.gateway.sending.transport import Transport

MAXIMUM_WRITE_BYTES = 65_536
"""One write holds no more, so that a stalled reader costs its bound and little besides."""

logger = structlog.get_logger(__name__)


class OutboxLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bound of an outbox: bytes and age (seconds) of the sequence frames that wait."""

    maximum_bytes: int = 262_144
    maximum_age: float = 30.0


class OutboxState(Enum):
    """IDLE: the next frame goes out at once. GATHERING: one went out less than a window ago, the next ones wait for one
    write. BLOCKED: the socket is full. CLOSED: nothing more is sent.
    """

    IDLE = "idle"
    GATHERING = "gathering"
    BLOCKED = "blocked"
    CLOSED = "closed"


class Gatherer:
    """The one timer of all outboxes of a process that gather; `window` in seconds."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._waiting: list[Callable[[], None]] = []
        self._timer: asyncio.TimerHandle | None = None

    def call_later(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the current window ends."""
        self._waiting.append(callback)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._window, self._end_window)

    def _end_window(self) -> None:
        self._timer = None
        waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()


class Outbox:
    """See the module. `on_slow` is called, once and soon, when the bound is passed; the outbox is closed then."""

    def __init__(
        self, transport: Transport, gatherer: Gatherer, clock: Clock, limits: OutboxLimits, on_slow: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._gatherer = gatherer
        self._clock = clock
        self._limits = limits
        self._on_slow = on_slow
        self._queue = SendQueue()
        self._writing: asyncio.Task[None] | None = None
        self._drained = asyncio.Event()
        self._drained.set()
        self.state = OutboxState.IDLE
        self.sent = 0

    @property
    def conflated(self) -> int:
        """How many state frames were replaced by newer ones before they could be sent."""
        return self._queue.conflated

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be written."""
        return self._queue.bytes

    def push(self, frames: Sequence[Frame]) -> None:
        """Send frames, in order; neither waits nor raises, and does nothing once closed."""
        if self.state is OutboxState.IDLE and len(frames) == 1:
            self._write(frames)
        elif self.state is not OutboxState.CLOSED:
            self._enqueue(frames)

    async def drain(self) -> None:
        """Wait until the socket takes frames again; for whoever answers much at once."""
        await self._drained.wait()

    def discard(self) -> None:
        """Stop at once: what waits is forgotten. Calling it twice is harmless."""
        self.state = OutboxState.CLOSED
        self._queue.clear()
        self._drained.set()
        if self._writing is not None:
            self._writing.cancel()

    async def finish(self) -> None:
        """Take no more frames, and wait until those that were taken are written."""
        rest = self._queue.take(self._limits.maximum_bytes)
        self.state = OutboxState.CLOSED
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if rest:
            await self._transport.send(rest)

    def _enqueue(self, frames: Sequence[Frame]) -> None:
        now = self._clock.monotonic()
        blocked = self.state is OutboxState.BLOCKED
        for frame in frames:
            self._queue.add(frame, now, conflate=blocked)
        if blocked:
            self._check_bounds(now)
        elif self.state is OutboxState.IDLE or self._queue.bytes >= MAXIMUM_WRITE_BYTES:
            self._flush()

    def _check_bounds(self, now: float) -> None:
        oldest = self._queue.oldest_sequence_at()
        too_old = oldest is not None and now - oldest > self._limits.maximum_age
        if too_old or self._queue.sequence_bytes > self._limits.maximum_bytes:
            self.discard()
            asyncio.get_running_loop().call_soon(self._on_slow)

    def _write(self, frames: Sequence[Frame]) -> None:
        """Send now; what can't be finished now is finished by a task, and the state is BLOCKED until then."""
        self.sent += len(frames)
        try:
            rest = drive.start(self._transport.send(frames))
        except Exception as error:  # noqa: BLE001 - one connection's fault must not reach the other readers of a feed
            self._give_up(error)
            return
        if rest is None:
            self._gather()
        else:
            self._block(rest)

    def _gather(self) -> None:
        if self.state is not OutboxState.GATHERING:
            self.state = OutboxState.GATHERING
            self._gatherer.call_later(self._end_window)

    def _end_window(self) -> None:
        if self.state is not OutboxState.GATHERING:
            return
        self.state = OutboxState.IDLE
        self._flush()

    def _flush(self) -> None:
        """Write what waits, in as few writes as may be, until the socket is full."""
        while len(self._queue) and self.state in {OutboxState.IDLE, OutboxState.GATHERING}:
            self._write(self._queue.take(MAXIMUM_WRITE_BYTES))

    def _block(self, rest: Coroutine[Any, Any, None]) -> None:
        self.state = OutboxState.BLOCKED
        self._drained.clear()
        self._writing = asyncio.get_running_loop().create_task(rest)
        self._writing.add_done_callback(self._written)

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing = None
        self._drained.set()
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            self._give_up(failure)
        if self.state is OutboxState.BLOCKED:
            self.state = OutboxState.IDLE
            self._flush()

    def _give_up(self, error: BaseException) -> None:
        """Stop after a failed write: the peer has gone (`OSError`), and the server tells the session so."""
        if not isinstance(error, OSError):
            logger.warning("a frame could not be sent", reason=repr(error))
        self.discard()
