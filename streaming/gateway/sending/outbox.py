"""What one connection is sent: at once when idle, gathered under load, conflated and bounded for a slow reader."""

# ruff: noqa: SLF001 - `Outbox.push_to_all` does for others of its class what a call of each would take twice as long for

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterable, Sequence
from enum import Enum
from typing import Any

import structlog

from streaming.clock import Clock
from streaming.fan_out.frames import Frame
from streaming.gateway.gate import Gate
from streaming.gateway.sending import eager_coroutines
from streaming.gateway.sending.gatherer import Gatherer
from streaming.gateway.sending.send_queue import SendQueue
from streaming.gateway.sending.slow_reader import BurstCheck, OutboxLimits
from streaming.gateway.sending.transport import Transport, Write
from streaming.gateway.sending.write_timeout import WriteTimeout

MAXIMUM_WRITE_BYTES = 16_384
"""One write holds no more, but where one frame does: what is written can't be replaced by newer values any more."""

logger = structlog.get_logger(__name__)


class OutboxState(Enum):
    """IDLE: nothing waits. GATHERING: what came soon after a write waits for the window's end, with all that comes
    after it, for one write. BLOCKED: the socket is full. CLOSED: nothing more is sent.
    """

    IDLE = "idle"
    GATHERING = "gathering"
    BLOCKED = "blocked"
    CLOSED = "closed"


_IDLE, _GATHERING, _BLOCKED = OutboxState.IDLE, OutboxState.GATHERING, OutboxState.BLOCKED  # an enum looks each up


class Outbox:
    """What one connection still has to be sent.

    `on_slow` is called, once and soon, when the bound is passed; the outbox is closed then.

    What the socket doesn't take waits here and is conflated, so that a slow reader is told what is new; only where the
    server has no way to say that it is full (any but `serve`), the frames before that wait in its `send`.
    """

    # Where frames are few, what a frame costs is how much memory of each client is touched for it.
    __slots__ = (
        "_burst_check",
        "_drained",
        "_gathered",
        "_gathered_bytes",
        "_gatherer",
        "_limits",
        "_monotonic",
        "_on_slow",
        "_pause",
        "_queue",
        "_socket_write",
        "_transport",
        "_write_timeout",
        "_writing",
        "_written_at",
        "sent",
        "state",
    )

    def __init__(
        self, transport: Transport, gatherer: Gatherer, clock: Clock, limits: OutboxLimits, on_slow: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._gatherer = gatherer
        self._pause = gatherer.pause
        self._monotonic = clock.monotonic
        self._limits = limits
        self._on_slow = on_slow
        self._gathered: list[Frame] = []
        self._gathered_bytes = 0
        self._queue = SendQueue()
        self._writing: asyncio.Task[None] | None = None
        self._write_timeout: WriteTimeout | None = None
        self._burst_check: BurstCheck | None = None
        self._drained = Gate()
        self._written_at = -math.inf
        self.state = OutboxState.IDLE
        self.sent = 0
        self._socket_write: Write
        transport.writer.follow(self._write_by)

    @property
    def conflated(self) -> int:
        """How many state frames were replaced by newer ones before they could be sent."""
        return self._queue.conflated

    @property
    def waiting_bytes(self) -> int:
        """How much waits to be written."""
        return 0 if self.state is _IDLE else self._queue.bytes + self._gathered_bytes

    def push(self, frames: Sequence[Frame]) -> None:
        """Send frames, in order; neither waits nor raises, and does nothing once closed."""
        state = self.state
        if state is _GATHERING:
            self._gather(frames)
        elif state is _IDLE:
            self._push_idle(frames)
        elif state is _BLOCKED:
            self._enqueue(frames)

    @staticmethod
    def push_to_all(outboxes: Iterable["Outbox"], frames: Sequence[Frame]) -> None:
        """Do what `push` does, for many: without a call for each of those that gather, or that write one frame now.

        The clock is read once for all.
        """
        size, wire = sum(len(frame.wire) for frame in frames), frames[0].wire if len(frames) == 1 else None
        now: float | None = None
        for outbox in outboxes:
            if outbox.state is _GATHERING:
                outbox._gathered += frames
                outbox._gathered_bytes += size
                if outbox._gathered_bytes >= MAXIMUM_WRITE_BYTES:
                    outbox._flush()
                continue
            if now is None:
                now = outbox._monotonic()
            if outbox.state is not _IDLE or wire is None or now - outbox._written_at < outbox._pause:
                outbox.push(frames)
                continue
            outbox.sent += 1
            outbox._written_at = now
            write = outbox._socket_write  # by a local name, as CPython 3.11 calls what an attribute holds the long way
            try:
                if write(wire) is False:
                    outbox._wait_with(frames, now)
                else:
                    outbox._gatherer.sent_bytes += size
            except Exception as error:  # noqa: BLE001 - as in `_write`
                outbox._give_up(error)

    async def drain(self) -> None:
        """Wait until the socket takes frames again; for whoever answers much at once."""
        await self._drained.passed()

    def discard(self) -> None:
        """Stop at once: what waits is forgotten. Calling it twice is harmless."""
        self.state = OutboxState.CLOSED
        self._take_gathered()
        self._queue.clear()
        self._drained.open()
        self._stop_timers()
        if self._writing is not None:
            self._writing.cancel()

    async def finish(self) -> None:
        """Take no more frames, and wait until those that were taken are written."""
        rest = [*self._queue.take(self._limits.maximum_bytes), *self._take_gathered()]
        self.state = OutboxState.CLOSED
        self._stop_timers()
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if rest:
            await self._transport.send(rest)

    def _write_by(self, write: Write) -> None:
        self._socket_write = write

    def _push_idle(self, frames: Sequence[Frame]) -> None:
        now = self._monotonic()
        gone = now - self._written_at
        if gone < self._pause:
            self._begin_window(frames, gone)
        elif len(frames) == 1:
            self._write(frames, now)
        else:
            self._gather(frames)
            self._flush()

    def _begin_window(self, frames: Sequence[Frame], gone: float) -> None:
        """Gather what comes, as something was written `gone` seconds ago."""
        self.state = _GATHERING
        self._gatherer.call_later(self._end_window, gone=gone)
        self._gather(frames)

    def _gather(self, frames: Sequence[Frame]) -> None:
        self._gathered += frames
        self._gathered_bytes += len(frames[0].wire) if len(frames) == 1 else sum(len(frame.wire) for frame in frames)
        if self._gathered_bytes >= MAXIMUM_WRITE_BYTES:
            self._flush()

    def _take_gathered(self) -> list[Frame]:
        gathered, self._gathered, self._gathered_bytes = self._gathered, [], 0
        return gathered

    def _enqueue(self, frames: Sequence[Frame]) -> None:
        now = self._monotonic()
        self._add(frames, now)
        self._check_bounds(now)

    def _add(self, frames: Sequence[Frame], now: float) -> None:
        for frame in frames:
            self._queue.add(frame, now, conflate=True)

    def _check_bounds(self, now: float) -> None:
        if self._limits.are_passed(self._queue, now):
            self._end_slow()
        elif self._burst_check is None and self._limits.has_burst(self._queue):
            unwritten_bytes = self._transport.unwritten_bytes
            self._burst_check = BurstCheck(
                self._queue, self._limits, self._monotonic, unwritten_bytes=unwritten_bytes, lose=self._end_slow
            )

    def _end_burst_check(self) -> None:
        if self._burst_check is not None:
            self._burst_check.end()
            self._burst_check = None

    def _end_slow(self) -> None:
        self.discard()
        asyncio.get_running_loop().call_soon(self._on_slow)

    def _write(self, frames: Sequence[Frame], now: float) -> None:
        """Send now; what can't be sent now waits, and the state is BLOCKED until it can."""
        self.sent += len(frames)
        self._written_at = now
        try:
            wire = frames[0].wire if len(frames) == 1 else self._gatherer.joined(frames)
            write = self._socket_write
            if write(wire) is False:
                self._wait_with(frames, now)
            else:
                self._gatherer.sent_bytes += len(wire)
        except Exception as error:  # noqa: BLE001 - one connection's fault must not reach the other readers of a feed
            self._give_up(error)

    def _wait_with(self, frames: Sequence[Frame], now: float) -> None:
        """Let frames wait that could not be written, or send them otherwise, which may have to be waited for."""
        waiting = self._transport.wait_writable()
        if waiting is None:
            self._gatherer.sent_bytes += sum(len(frame.wire) for frame in frames)
            waiting = eager_coroutines.start(self._transport.send(frames))
        else:
            self.sent -= len(frames)
            if not self._queue:  # else they are its first, as nothing new is written while older frames wait
                self._add(frames, now)
        if waiting is not None:
            self._block(waiting)

    def _end_window(self) -> None:
        if self.state is _GATHERING:
            self.state = _IDLE
            self._flush()

    def _flush(self) -> None:
        """Write what was gathered, in as few writes as may be; what the socket doesn't take waits in the queue."""
        now = self._monotonic()
        fits = self._gathered_bytes <= MAXIMUM_WRITE_BYTES
        gathered = self._take_gathered()
        if fits and gathered:
            self._write(gathered, now)
            return
        for frame in gathered:
            self._queue.add(frame, now, conflate=False)
        self._write_queued(now)
        self._queue.conflate()  # what was gathered before the socket was found full would stay as long as that is

    def _write_queued(self, now: float) -> None:
        """Write what waits; what the socket doesn't take stays in its place, and as old as it is."""
        while self._queue and self.state in {OutboxState.IDLE, OutboxState.GATHERING}:
            sent = self.sent
            self._write(self._queue.first(MAXIMUM_WRITE_BYTES), now)
            self._queue.remove(self.sent - sent)
        if self.state is _BLOCKED:
            self._check_bounds(now)

    def _block(self, waiting: Coroutine[Any, Any, None]) -> None:
        self.state = OutboxState.BLOCKED
        self._drained.close()
        self._writing = asyncio.get_running_loop().create_task(waiting)
        self._writing.add_done_callback(self._written)
        self._write_timeout = WriteTimeout(self._transport.unwritten_bytes, self._limits.maximum_age, self._end_slow)

    def _stop_timers(self) -> None:
        self._stop_write_timeout()
        self._end_burst_check()

    def _stop_write_timeout(self) -> None:
        if self._write_timeout is not None:
            self._write_timeout.end()
            self._write_timeout = None

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing = None
        self._stop_write_timeout()
        self._drained.open()
        if task.cancelled():  # by `discard`, or with the event loop, which ends: nothing new is begun
            self.discard()
        elif (failure := task.exception()) is not None:
            self._give_up(failure)
        if self.state is OutboxState.BLOCKED:
            self.state = OutboxState.IDLE
            self._write_queued(self._monotonic())
        if not self._limits.has_burst(self._queue):
            self._end_burst_check()

    def _give_up(self, error: BaseException) -> None:
        """Stop after a failed write: the peer has gone (`OSError`), and the server tells the session so.

        After any other failure nobody would: the connection is dropped, or its client would wait for ever.
        """
        if not isinstance(error, OSError):
            logger.warning("a frame could not be sent; the connection is dropped", reason=repr(error))
            self._transport.abort()
        self.discard()
