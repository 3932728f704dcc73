"""Demand: which market topics the processes want now, as leases that end with the process that took them.

Each gateway and worker tells the bridge its whole set, at once on a change and again every few seconds; the bridge
works for the union of what has not expired.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from math import inf

import msgspec
from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.layer.groups import BRIDGE_GROUP, GATEWAYS_GROUP
from streaming.market.publishing.sender import Sender
from streaming.topics.topic import Topic
from streaming.workers.waiting import wait_for

DEMAND_MESSAGE = "demand"
DEMAND_REQUEST_MESSAGE = "demand.request"
ECHO_MESSAGE = "demand.echo"
"""What a bridge sends to its own group, to know whether it hears what is sent there."""
_FAREWELL_SECONDS = 2.0

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Topic])


def encode_topics(topics: Iterable[Topic]) -> bytes:
    """Return topics as they travel in a message, in a stable order."""
    return _encoder.encode(sorted(topics, key=lambda topic: topic.key))


def decode_topics(body: bytes) -> frozenset[Topic]:
    """Return the topics of a message; raise `msgspec.DecodeError` where it holds none."""
    return frozenset(_decoder.decode(body))


class WantedSet:
    """The union of what every process wants, by unexpired lease of `lease` seconds. Pure.

    A lease expires only once it is certain that its holder would have been heard, which `note_hearing` tells: who
    listens to Redis may be cut off from it while sending to it works.

    What nobody wants any more because a lease has expired is remembered for `memory` seconds: its readers may be there
    still, other than those of what a process gave up.
    """

    def __init__(self, *, lease: float, clock: Clock, memory: float = 30.0) -> None:
        self._lease = lease
        self._clock = clock
        self._memory = memory
        self._by_holder: dict[str, tuple[frozenset[Topic], float]] = {}
        self._lapsed: dict[Topic, float] = {}
        self._heard_at = -inf

    def note_hearing(self, sent_at: float) -> None:
        """Note that one's own message of then (monotonic seconds) was heard, as those of others would have been."""
        self._heard_at = max(sent_at, self._heard_at)

    @property
    def has_overdue(self) -> bool:
        """Whether somebody was silent for the length of a lease, and it is uncertain whether that means anything."""
        now = self._clock.monotonic()
        return any(self._heard_at < until <= now for _, until in self._by_holder.values())

    def excuse(self) -> None:
        """Begin every lease anew: until now nobody could be heard, so nobody's silence meant anything."""
        until = self._clock.monotonic() + self._lease
        self._by_holder = {holder: (topics, until) for holder, (topics, _) in self._by_holder.items()}

    def take(self, holder: str, topics: frozenset[Topic]) -> None:
        """Make `topics` all that `holder` wants, for the length of a lease; an empty set ends it."""
        if topics:
            self._by_holder[holder] = (topics, self._clock.monotonic() + self._lease)
        else:
            self._by_holder.pop(holder, None)

    def readers(self, topic: Topic) -> int:
        """Return how many processes want `topic`."""
        return sum(topic in topics for topics, _ in self._by_holder.values())

    def has_lapsed(self, topic: Topic) -> bool:
        """Return whether `topic` was wanted no more a short while ago for want of a word, rather than given up."""
        at = self._lapsed.get(topic)
        return at is not None and self._clock.monotonic() - at <= self._memory

    @property
    def topics(self) -> frozenset[Topic]:
        """What is wanted now."""
        now = self._clock.monotonic()
        certain = min(now, self._heard_at)
        expired = {holder: topics for holder, (topics, until) in self._by_holder.items() if until <= certain}
        for holder in expired:
            del self._by_holder[holder]
        wanted: frozenset[Topic] = frozenset().union(*(topics for topics, _ in self._by_holder.values()))
        if expired:
            self._lapsed = {topic: at for topic, at in self._lapsed.items() if now - at <= self._memory}
            self._lapsed |= dict.fromkeys(frozenset().union(*expired.values()) - wanted, now)
        return wanted


class DemandPublisher:
    """Tells the bridge what this process reads, as `hub.topics` has it.

    It is told whole every `interval` seconds, and `gather` seconds after a change (by default, those of the settings).
    Where this process was cut off from the others, the bridge is asked besides to send the newest events again: those
    of the hosts of the layer that weren't heard.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        process_id: str,
        clock: Clock | None = None,
        interval: float | None = None,
        gather: float | None = None,
    ) -> None:
        self._hub = hub
        self._process_id = process_id
        self._clock = clock or SystemClock()
        self._interval = settings.DEMAND_INTERVAL_SECONDS if interval is None else interval
        self._gather = settings.DEMAND_GATHER_SECONDS if gather is None else gather
        self._sender = Sender(hub, self._clock)
        self._told: frozenset[Topic] = frozenset()
        self._changed = asyncio.Event()
        self._requested = False
        self._missed: frozenset[str] = frozenset()
        """The hosts of which this process may have missed something."""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to publish."""
        await self._hub.listen(GATEWAYS_GROUP, DEMAND_REQUEST_MESSAGE, self._answer)
        self._hub.observe(self._note_change)
        self._hub.observe_cut_offs(self._note_cut_off)
        self._task = asyncio.create_task(self._run())

    async def stop(self, *, readers_come_back: bool = False) -> None:
        """Publish that nothing is wanted any more, if that is soon done, and end; calling it twice is harmless.

        Where `readers_come_back`, as a gateway's do, to it or to another, nothing is said: what they read is told, and
        kept in its history, until they are there again or the lease ends.
        """
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if readers_come_back and self._told:
            return
        with suppress(TimeoutError):  # then the lease ends by itself
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._publish(frozenset())

    def _answer(self, message: Message) -> None:
        self._requested = True
        self._changed.set()

    def _note_change(self) -> None:
        if self._wanted() != self._told:
            self._changed.set()

    def _note_cut_off(self, host: str) -> None:
        self._missed |= {host}
        self._requested = True
        self._changed.set()

    def _wanted(self) -> frozenset[Topic]:
        return frozenset(topic for topic in self._hub.topics if topic.needs_exchange)

    async def _run(self) -> None:
        while True:
            self._requested = False
            self._changed.clear()
            told_at = self._clock.monotonic()
            await self._publish(self._wanted())
            await wait_for(self._changed, max(0.0, told_at + self._interval - self._clock.monotonic()))
            if self._changed.is_set() and not self._requested:
                await asyncio.sleep(self._gather)

    async def _publish(self, topics: frozenset[Topic]) -> None:
        message = {"type": DEMAND_MESSAGE, "holder": self._process_id, "topics": encode_topics(topics)}
        missed, self._missed = self._missed, frozenset()
        if await self._sender.send(BRIDGE_GROUP, {**message, "again": bool(missed), "hosts": sorted(missed)}):
            self._told = topics
        else:
            self._missed |= missed
