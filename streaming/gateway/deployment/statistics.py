"""What the whole deployment serves: each gateway tells the others its counts, as a lease.

What is told is bounded: a gateway with more than `MOST_TOLD_AT_ONCE` channels names all of them only a few times in a
lease, and else its numbers and at most so many channels that have changed. A version that doesn't know the latter hears
it as often as its lease asks for. So often, too, does a gateway tell its counts that knows of no other; a new one makes
itself known.
"""

import asyncio
import itertools
import math
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import msgspec
import structlog

from streaming.clock import Clock
from streaming.fan_out.hub import Hub
from streaming.gateway.deployment.gateway_counts import (
    MOST_TOLD_AT_ONCE,
    ChannelCount,
    ChannelCounter,
    CountsTable,
    GatewayCounts,
)
from streaming.gateway.deployment.loop_lag import LoopLag
from streaming.gateway.deployment.outbox_totals import OutboxTotals
from streaming.gateway.deployment.session_counts import SessionCounts, UnansweredPing, disconnection_of
from streaming.gateway.session.session import Session
from streaming.gateway.session.session_state import SessionState
from streaming.gateway.session.sessions import Sessions
from streaming.layer.channel_layer import Message
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.publishing.sender import Sender
from streaming.topics import patterns
from streaming.workers.ticks import until_tick

MESSAGE = "gateway.statistics"
CHANGES = "gateway.changes"
FAREWELL = "gateway.farewell"
GATHER_SECONDS = 0.2
_FAREWELL_SECONDS = 2.0
_ALL_IN_A_LEASE = 4
"""So often all channels of a gateway that has many are told: some may be lost, and its lease goes on."""

logger = structlog.get_logger(__name__)


class FrameRate:
    """Frames a second, from how many were sent in all. Pure."""

    def __init__(self, now: float) -> None:
        self._total, self._at = 0, now
        self.per_second = 0.0

    def measure(self, total: int, now: float) -> None:
        """Take that `total` frames were sent until `now` (monotonic seconds)."""
        if now > self._at:
            self.per_second = round((total - self._total) / (now - self._at), 1)
            self._total, self._at = total, now


class DeploymentStatistics:
    """Keeps account of this process's sessions, and knows what the other gateways told.

    `interval` and `lease` are in seconds: how often the others are told, and how long they believe it.
    """

    def __init__(
        self, hub: Hub, sessions: Sessions, process_id: str, clock: Clock, *, interval: float, lease: float
    ) -> None:
        self._hub = hub
        self._sender = Sender(hub, clock)
        self._sessions = sessions
        self._process_id = process_id
        self._clock = clock
        self._interval = interval
        self._table = CountsTable(lease)
        self._all_every = lease / _ALL_IN_A_LEASE
        self._all_due_at = -math.inf
        self._channels = ChannelCounter()
        self._frames = FrameRate(clock.monotonic())
        self.outboxes = OutboxTotals()
        self.session_counts = SessionCounts()
        self._slow_closed = 0
        self._task_count = 0
        self._lag = LoopLag(clock)
        self._started_at = clock.now_ms()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.health_epoch: int | None = None

    async def start(self) -> None:
        """Begin to listen to the other gateways and to tell them."""
        self._started_at = self._clock.now_ms()
        await self._hub.listen(GATEWAYS_GROUP, MESSAGE, self._hear)
        await self._hub.listen(GATEWAYS_GROUP, CHANGES, self._hear_changes)
        await self._hub.listen(GATEWAYS_GROUP, FAREWELL, self._hear_farewell)
        self._lag.start()
        self._spawn(self._tell_forever())

    async def stop(self) -> None:
        """Tell the others that this gateway has gone, if that is soon done; calling it twice is harmless."""
        if self._timer is not None:
            self._timer.cancel()
        self._lag.stop()
        if not self._tasks:
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):  # then the lease ends by itself
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._sender.send(GATEWAYS_GROUP, {"type": FAREWELL, "process_id": self._process_id})

    def changed(self, session: Session) -> None:
        """Take note of a session; the others are told soon, many changes at once."""
        if session.state is not SessionState.CLOSED and self._sessions.get(session.client_id) is None:
            self.session_counts.opened[session.dialect.name] += 1
        self._sessions.take_note(session)
        if session.state is not SessionState.CLOSED:
            held = session.subscriptions
            self._channels.put(session.client_id, held.channels, held.market_channels)
        elif self._channels.drop(session.client_id):
            self.outboxes.ended(session.outbox)
            why = disconnection_of(session.close_code, session.told_code, session.close_reason)
            self.session_counts.ended[why] += 1
        self._tell_in_a_moment()

    def slow(self, session: Session) -> None:
        """Count a session that is closed because its reader was too slow."""
        self._slow_closed += 1

    def missed_pong(self, session: Session) -> None:
        """Count a ping that a session's client did not answer in time."""
        ping = UnansweredPing.DIALECT if session.dialect.has_heartbeat else UnansweredPing.PROTOCOL
        self.session_counts.missed_pongs[ping] += 1

    def gateways(self) -> list[GatewayCounts]:
        """Return the counts of all gateways, this one's as they are now."""
        now = self._clock.monotonic()
        self._table.put(self.own(), now)
        return self._table.present(now)

    def present(self) -> list[str]:
        """Return the process ids of the gateways that are there."""
        return list({self._process_id: None} | dict.fromkeys(self._table.names(self._clock.monotonic())))

    def is_read(self, name: str) -> bool:
        """Return whether a client of any gateway has the channel of that dotted name, or a pattern that matches it."""
        told = self._table.present(self._clock.monotonic())
        others = (
            count.channel for counts in told if counts.process_id != self._process_id for count in counts.channels
        )
        return any(patterns.can_match(channel, name) for channel in itertools.chain(self._channels, others))

    def own(self) -> GatewayCounts:
        """Return this gateway's counts as they are now; those of frames, bytes and tasks are of the last look."""
        return self._own(self._channels.counts())

    def _own(self, channels: tuple[ChannelCount, ...]) -> GatewayCounts:
        return GatewayCounts(
            process_id=self._process_id,
            started_at=self._started_at,
            connections=len(self._sessions),
            channels=channels,
            subscribed=self._channels.subscriptions,
            frames_per_second=self._frames.per_second,
            lag_ms_p99=self._lag.p99_ms(),
            slow_closed=self._slow_closed,
            conflated=self.outboxes.conflated,
            waiting_bytes=self.outboxes.waiting_bytes,
            tasks=self._task_count,
            health_epoch=self.health_epoch,
        )

    def _hear(self, message: Message) -> None:
        counts = self._counts_of_another(message)
        if counts is None:
            return
        if not self._table.knows(counts.process_id):  # it has just started, and knows nobody yet
            self._all_due_at = -math.inf
            self._tell_in_a_moment()
        self._table.put(counts, self._clock.monotonic())

    def _hear_changes(self, message: Message) -> None:
        counts = self._counts_of_another(message)
        if counts is not None:
            self._table.change(counts, self._clock.monotonic())

    def _counts_of_another(self, message: Message) -> GatewayCounts | None:
        try:
            counts = msgspec.msgpack.decode(message["body"], type=GatewayCounts)
        except msgspec.DecodeError as error:
            logger.warning("the counts of a gateway could not be decoded", reason=str(error))
            return None
        return None if counts.process_id == self._process_id else counts

    def _hear_farewell(self, message: Message) -> None:
        self._table.forget(message["process_id"])

    def _tell_in_a_moment(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell_soon)

    def _tell_soon(self) -> None:
        self._timer = None
        self._spawn(self._tell())

    async def _tell_forever(self) -> None:
        while True:
            self._look()
            if self._is_due():
                await self._tell()
            await asyncio.sleep(until_tick(self._interval))

    def _is_due(self) -> bool:
        """Return whether to tell now: nobody would hear it where there is no other gateway but one that is unknown."""
        return self._clock.monotonic() >= self._all_due_at or len(self.present()) > 1

    def _look(self) -> None:
        self.outboxes.look(session.outbox for session in self._sessions)
        self._frames.measure(self.outboxes.sent, self._clock.monotonic())
        self._task_count = len(asyncio.all_tasks())

    async def _tell(self) -> None:
        message_type, counts = self._counts_to_tell()
        body = msgspec.msgpack.encode(counts)
        if not await self._sender.send(GATEWAYS_GROUP, {"type": message_type, "body": body}):
            self._all_due_at = -math.inf  # what has changed is lost

    def _counts_to_tell(self) -> tuple[str, GatewayCounts]:
        now = self._clock.monotonic()
        if len(self._channels) > MOST_TOLD_AT_ONCE and now < self._all_due_at:
            return CHANGES, self._own(self._channels.take_changed(MOST_TOLD_AT_ONCE))
        self._all_due_at = now + self._all_every
        return MESSAGE, self._own(self._channels.take_all())

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
