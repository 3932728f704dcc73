"""What one gateway tells the others of itself, and what is held of what all of them told. Pure."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

MOST_TOLD_AT_ONCE = 500
"""A gateway that has more channels names all of them seldom, and at most so many that have changed in between."""


class ChannelCount(msgspec.Struct, frozen=True, array_like=True):
    """How many sessions of a gateway have a channel, as clients spelled it; `is_market` where anyone may read it."""

    channel: str
    subscribers: int
    is_market: bool


class GatewayCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What one gateway serves.

    `started_at` is in ms since the epoch. `frames_per_second` were sent in the last interval, to all clients together.
    `lag_ms_p99` is by how much the event loop was late in the last minute (99th percentile), None before the first
    sample. Since the start, `slow_closed` counts the connections closed as slow consumers, and `conflated` the state
    frames that newer ones replaced before a slow reader took them; `waiting_bytes` are what all outboxes hold, and
    `tasks` those of the event loop, when they were last looked at. `health_epoch` is the fencing number with which the
    gateway tells the deployment's health; None where another does. `subscribed` counts the subscriptions of all its
    sessions; None where it was told by a version that left the sum to the reader.
    """

    process_id: str
    started_at: int
    connections: int
    channels: tuple[ChannelCount, ...] = ()
    frames_per_second: float = 0.0
    lag_ms_p99: float | None = None
    slow_closed: int = 0
    conflated: int = 0
    waiting_bytes: int = 0
    tasks: int = 0
    health_epoch: int | None = None
    subscribed: int | None = None

    @property
    def subscriptions(self) -> int:
        """The subscriptions of all its sessions."""
        return sum(count.subscribers for count in self.channels) if self.subscribed is None else self.subscribed


class _Told:
    """What a gateway has told: all of its channels, and since then which have changed."""

    def __init__(self, counts: GatewayCounts, at: float) -> None:
        self._counts = counts
        self._changed: dict[str, ChannelCount] = {}
        self.at = at

    def change(self, counts: GatewayCounts, at: float) -> None:
        """Take its newest numbers, and of its channels those that have changed."""
        self._changed.update((count.channel, count) for count in counts.channels)
        self._counts = msgspec.structs.replace(counts, channels=self._counts.channels)
        self.at = at

    def counts(self) -> GatewayCounts:
        """Return its newest counts, with all of its channels."""
        if self._changed:
            channels = {count.channel: count for count in self._counts.channels} | self._changed
            had = tuple(count for _, count in sorted(channels.items()) if count.subscribers)
            self._counts, self._changed = msgspec.structs.replace(self._counts, channels=had), {}
        return self._counts


class CountsTable:
    """The newest counts of each gateway; one that is silent for `lease` seconds has gone."""

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._told: dict[str, _Told] = {}

    def put(self, counts: GatewayCounts, now: float) -> None:
        """Take a gateway's newest counts, told at `now` (monotonic seconds) with all of its channels."""
        self._told[counts.process_id] = _Told(counts, now)

    def change(self, counts: GatewayCounts, now: float) -> None:
        """Take newer counts, whose channels are those that have changed; nothing of a gateway that isn't known."""
        if (told := self._told.get(counts.process_id)) is not None:
            told.change(counts, now)

    def forget(self, process_id: str) -> None:
        """Take note that a gateway has said farewell."""
        self._told.pop(process_id, None)

    def knows(self, process_id: str) -> bool:
        """Return whether the gateway has told its counts, however long ago."""
        return process_id in self._told

    def names(self, now: float) -> list[str]:
        """Return the process ids of the gateways that are there."""
        self._told = {name: told for name, told in self._told.items() if now - told.at < self._lease}
        return list(self._told)

    def present(self, now: float) -> list[GatewayCounts]:
        """Return the counts of the gateways that are there."""
        return [self._told[name].counts() for name in self.names(now)]


class ChannelCounter:
    """How many sessions of this process have each channel, kept up to date session by session.

    Counting anew each time would cost what all sessions have together; a change costs what the one session has.
    `subscriptions` are those of all sessions.
    """

    def __init__(self) -> None:
        self._of_session: dict[str, frozenset[str]] = {}
        self._subscribers: dict[str, int] = {}
        self._market: set[str] = set()
        self._changed: dict[str, None] = {}
        """Which haven't been told since they changed, in the order in which they did."""
        self.subscriptions = 0

    def __len__(self) -> int:
        """Return how many channels somebody has."""
        return len(self._subscribers)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the channels that somebody has."""
        return iter(self._subscribers)

    def put(self, client_id: str, channels: Iterable[str], market_channels: Iterable[str]) -> None:
        """Make `channels` all that a session has; those of them that anyone may read are `market_channels`."""
        now, before = frozenset(channels), self._of_session.get(client_id, frozenset())
        self._of_session[client_id] = now
        self._market.update(market_channels)
        for channel in now - before:
            self._subscribers[channel] = self._subscribers.get(channel, 0) + 1
        for channel in before - now:
            self._remove_one(channel)
        self._changed |= dict.fromkeys(now ^ before)
        self.subscriptions += len(now) - len(before)

    def drop(self, client_id: str) -> bool:
        """Forget a session that has ended; return whether it was counted."""
        if client_id not in self._of_session:
            return False
        self.put(client_id, (), ())
        del self._of_session[client_id]
        return True

    def counts(self) -> tuple[ChannelCount, ...]:
        """Return the count of each channel that somebody has, by name."""
        return tuple(self._count(channel) for channel in sorted(self._subscribers))

    def take_all(self) -> tuple[ChannelCount, ...]:
        """Return the same to be told: none is untold then."""
        self._changed.clear()
        return self.counts()

    def take_changed(self, most: int) -> tuple[ChannelCount, ...]:
        """Return the counts of up to `most` channels that have changed and weren't told; 0 of one that nobody has."""
        taken = list(islice(self._changed, most))
        for channel in taken:
            del self._changed[channel]
        return tuple(self._count(channel) for channel in taken)

    def _count(self, channel: str) -> ChannelCount:
        return ChannelCount(channel, self._subscribers.get(channel, 0), channel in self._market)

    def _remove_one(self, channel: str) -> None:
        self._subscribers[channel] -= 1
        if not self._subscribers[channel]:
            del self._subscribers[channel]
            self._market.discard(channel)


def channel_totals(gateways: Iterable[GatewayCounts]) -> list[tuple[str, int]]:
    """Return each channel with its subscribers at all gateways together, the most subscribed first."""
    totals: dict[str, int] = {}
    for counts in gateways:
        for count in counts.channels:
            totals[count.channel] = totals.get(count.channel, 0) + count.subscribers
    return sorted(totals.items(), key=lambda item: (-item[1], item[0]))


def market_channels(gateways: Iterable[GatewayCounts]) -> list[str]:
    """Return the channels that somebody has and anyone may read, by name."""
    return sorted({count.channel for counts in gateways for count in counts.channels if count.is_market})
