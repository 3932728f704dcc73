"""What one gateway tells the others of itself, and what is held of what all of them told. Pure."""

from collections.abc import Iterable

import msgspec


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
    gateway tells the deployment's health; None where another does.
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

    @property
    def subscriptions(self) -> int:
        """The subscriptions of all its sessions."""
        return sum(count.subscribers for count in self.channels)


class CountsTable:
    """The newest counts of each gateway; one that is silent for `lease` seconds has gone."""

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._counts: dict[str, tuple[GatewayCounts, float]] = {}

    def put(self, counts: GatewayCounts, now: float) -> None:
        """Take a gateway's newest counts, told at `now` (monotonic seconds)."""
        self._counts[counts.process_id] = (counts, now)

    def forget(self, process_id: str) -> None:
        """Take note that a gateway has said farewell."""
        self._counts.pop(process_id, None)

    def knows(self, process_id: str) -> bool:
        """Return whether the gateway has told its counts, however long ago."""
        return process_id in self._counts

    def present(self, now: float) -> list[GatewayCounts]:
        """Return the counts of the gateways that are there."""
        self._counts = {name: entry for name, entry in self._counts.items() if now - entry[1] < self._lease}
        return [counts for counts, _ in self._counts.values()]


class ChannelCounter:
    """How many sessions of this process have each channel, kept up to date session by session.

    Counting anew each time would cost what all sessions have together; a change costs what the one session has.
    """

    def __init__(self) -> None:
        self._of_session: dict[str, frozenset[str]] = {}
        self._subscribers: dict[str, int] = {}
        self._market: set[str] = set()

    def put(self, client_id: str, channels: Iterable[str], market_channels: Iterable[str]) -> None:
        """Make `channels` all that a session has; those of them that anyone may read are `market_channels`."""
        now, before = frozenset(channels), self._of_session.get(client_id, frozenset())
        self._of_session[client_id] = now
        self._market.update(market_channels)
        for channel in now - before:
            self._subscribers[channel] = self._subscribers.get(channel, 0) + 1
        for channel in before - now:
            self._remove_one(channel)

    def drop(self, client_id: str) -> bool:
        """Forget a session that has ended; return whether it was counted."""
        channels = self._of_session.pop(client_id, None)
        for channel in channels or ():
            self._remove_one(channel)
        return channels is not None

    def counts(self) -> tuple[ChannelCount, ...]:
        """Return the count of each channel that somebody has, by name."""
        return tuple(
            ChannelCount(channel, subscribers, channel in self._market)
            for channel, subscribers in sorted(self._subscribers.items())
        )

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
