"""Bringing a process's feeds what the layer lost, from the history: where a number is missing, or a channel ends."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from streaming.clock import Clock
from streaming.event_history.history import Place, Position
from streaming.events import Envelope
from streaming.fan_out.channel_ends import ends_in
from streaming.fan_out.dotted_feed import DottedFeed
from streaming.fan_out.missed_events import MissedEvents
from streaming.fan_out.topic_feed import TopicFeed
from streaming.layer.channel_layer import Message

_AT_ONCE = 16
_ON_THE_WAY_SECONDS = 0.5
"""So long a message may be on its way: who joined a group shortly before hears it, or doesn't."""

_TakeRecovered = Callable[[Sequence[tuple[Envelope, Place]] | None, int], None]


class LossRecovery:
    """Recovers the `feeds` of a process, which are by their keys."""

    def __init__(self, missed_events: MissedEvents, feeds: Mapping[str, TopicFeed | DottedFeed], clock: Clock) -> None:
        self._missed_events = missed_events
        self._feeds = feeds
        self._clock = clock
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, feed: TopicFeed, since: Position) -> None:
        """Have a topic's feed given what is missing behind a position; returns at once."""
        self._spawn(feed.key, since, feed.recovered)

    def begin_channel(self, feed: DottedFeed, key: str, since: Position) -> None:
        """Do so with one channel of a group, of which the history has the key `key`."""
        self._spawn(key, since, partial(feed.recovered, key))

    def hear_ends(self, message: Message) -> None:
        """Take up to where channels were told that have fallen silent."""
        now = self._clock.monotonic()
        for end in ends_in(message):
            feed = self._feeds.get(end.feed)
            if feed is not None and feed.joined_at is not None:
                feed.reach(end, was_there=feed.joined_at < now - end.age - _ON_THE_WAY_SECONDS)

    async def stop(self) -> None:
        """Recover nothing more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, key: str, since: Position, recovered: _TakeRecovered) -> None:
        task = asyncio.get_running_loop().create_task(self._recover(key, since, recovered))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _recover(self, key: str, since: Position, recovered: _TakeRecovered) -> None:
        """Give a feed what the layer lost, where the history has all of it."""
        lost = None
        try:
            async with self._at_once:
                lost = await self._missed_events.lost(key, since)
        finally:
            recovered(lost, self._clock.now_ms())
