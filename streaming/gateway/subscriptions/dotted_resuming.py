"""Resuming below a pattern: a client says where it stands on channels that the pattern matches, each by its own name.

The groups of the pattern are heard for it before any history is read, by nobody but this.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from streaming.event_history.history import Place, Position
from streaming.events import NamedEvent, Resync
from streaming.fan_out.dotted_feed import DottedFeed, FramesOf
from streaming.fan_out.feed import encoded
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.pacing import Outlet
from streaming.gateway.subscriptions.catching_up import CatchingUp

_READ_AT_ONCE = 8
"""So many histories are read at a time for one client."""


class ResumedChannels:
    """The channels of one subscription on which the client catches up; `since` says by channel where it stands.

    It takes frames as a `PatternSubscriber` while it is attached, and holds the events.
    """

    def __init__(self, hub: Hub, dialect: Dialect, since: Mapping[str, Position | None]) -> None:
        self._hub = hub
        self._dialect = dialect
        self._since = since
        self._feeds: Sequence[DottedFeed] = ()
        self._channels: dict[str, CatchingUp] = {}
        self._unnumbered: list[Frame] = []

    @property
    def names(self) -> frozenset[str]:
        """The channels."""
        return frozenset(self._since)

    async def read(self, feeds: Sequence[DottedFeed]) -> None:
        """Hear the channels on feeds of the groups that hold them, and read what was missed."""
        self._feeds = feeds
        for channel, since in self._since.items():
            key = self._key_of(channel)
            if key is not None:
                self._channels[channel] = CatchingUp(self._hub, key, channel, dialect=self._dialect, since=since)
        for feed in feeds:
            feed.attach(self._dialect, self)
        await self._read_all()

    def answers(self) -> dict[str, dict[str, Any]]:
        """Return what the client is told of each channel; to be asked just before `tell`."""
        return {channel: behind.answer() for channel, behind in self._channels.items()}

    def tell(self, outlet: Outlet) -> dict[str, Position]:
        """Send what was missed and what was held; return up to where the client was told each channel."""
        reached: dict[str, Position] = {}
        for channel, behind in self._channels.items():
            if behind.end is not None:
                reached[channel] = behind.end
            outlet.push(behind.missed)
            for event, place in behind.held():
                outlet.push(encoded(self._dialect, event, channel, place))
                if place is not None:
                    reached[channel] = place.position
        outlet.push(self._unnumbered)
        return reached

    def end(self) -> None:
        """Hear nothing more; calling it twice is harmless."""
        for feed in self._feeds:
            feed.detach(self._dialect, self)
        self._channels.clear()

    def wants(self, event: NamedEvent) -> bool:
        """Return whether the event is of one of the channels."""
        return event.channel in self._channels

    def wants_numbers(self, event: NamedEvent) -> bool:
        """Return True: what has a number is held with it."""
        return event.channel in self._channels

    def push(self, frames: Sequence[Frame], event: NamedEvent, place: Place | None) -> None:
        """Hold an event; of what has no number, or is told of a loss before it, the frames."""
        if place is not None:
            self._channels[event.channel].hold(event, place)
        else:
            self._unnumbered += [frame for frame in frames if frame.is_sequence]

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        """Do nothing: the history has what was missed."""

    def _key_of(self, channel: str) -> str | None:
        return next((key for feed in self._feeds if (key := feed.history_of(channel)) is not None), None)

    async def _read_all(self) -> None:
        waiting = list(self._channels.items())

        async def read_some() -> None:
            while waiting:
                _, behind = waiting.pop()
                await behind.read()

        async with asyncio.TaskGroup() as readers:
            for _ in range(min(_READ_AT_ONCE, len(waiting))):
                readers.create_task(read_some())
        for channel, behind in self._channels.items():
            if behind.end is not None:
                for feed in self._feeds:
                    feed.stand_at(channel, behind.end)
