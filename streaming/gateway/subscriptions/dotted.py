"""A session's subscriptions of dotted names: patterns over the events of a few groups.

However many of its patterns match, an event comes once, under its own channel; so does the last value that whoever
subscribes is told. What may have been lost without a number is told once for each pattern, under its own name. A user
hears what is theirs and what is everybody's; staff hear all.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import structlog

from streaming.event_history.history import Place, Position
from streaming.events import NamedEvent, Resync
from streaming.fan_out.dotted_feed import DottedFeed, DottedGroup, FramesOf
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.gateway import errors
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.sending.outbox import Outbox
from streaming.gateway.sending.pacing import DirectOutlet, Outlet
from streaming.identity.identity import Identity
from streaming.layer.groups import everybodys
from streaming.topics import patterns
from streaming.topics.dotted_names import DottedNames
from streaming.topics.patterns import WILDCARD

_MOST_TOLD = 1000
"""Of so many channels it is known which value the client was told; of others it may be told once more."""

logger = structlog.get_logger(__name__)


class DottedSubscriber:
    """What a session hears of dotted names. It is attached to each group that a subscription of it needs.

    A group of one owner's events is left out where that of all owners is there, for the two carry the same; that
    happens when a user becomes staff, or ceases to be.
    """

    def __init__(
        self, hub: Hub, names: DottedNames, *, dialect: Dialect, outbox: Outbox, identity: Identity | None
    ) -> None:
        self.hub = hub
        self.known_names = names
        self.identity = identity
        self._dialect = dialect
        self._outbox = outbox
        self._names: dict[str, Outlet] = {}
        """Each name or pattern with where its frames go."""
        self._paced = 0
        self._wildcards: re.Pattern[str] | None = None
        """Made when the first event comes after a change, for a client may change much."""
        self._numbered: dict[str, None] = {}
        """Those names and patterns that were subscribed with numbers."""
        self._numbered_names: re.Pattern[str] | None = None
        self._reached: dict[str, Position] = {}
        """Up to where the client was told channels when it resumed, until something newer comes."""
        self._feeds: dict[str, DottedFeed] = {}
        self._needed: dict[str, int] = {}
        self._last_cut_off: Resync | None = None
        self._told: dict[str, NamedEvent] = {}
        """The newest value that the client was told at once, by channel; the longest unchanged first."""

    def wants(self, event: NamedEvent) -> bool:
        """Return whether a name or a pattern matches the event, and the session may see it."""
        return self._matches(event.channel) and self._may_see(event)

    def wants_numbers(self, event: NamedEvent) -> bool:
        """Return whether a name or a pattern that matches the event was subscribed with numbers."""
        if not self._numbered:
            return False
        if self._numbered_names is None:
            self._numbered_names = patterns.any_of(self._numbered)
        return self._numbered_names.fullmatch(event.channel) is not None

    def push(self, frames: Sequence[Frame], event: NamedEvent, place: Place | None = None) -> None:
        """Send the frames of an event to the client, at the pace of the pattern that matches it.

        Where several match, that is one that was subscribed without a pace of its own, else the first. What another
        held back of the same channel, from before that one was subscribed, is old now. What the client was told when
        it resumed isn't told again.
        """
        if place is not None and self._was_told(event.channel, place):
            return
        if not self._paced:
            self._outbox.push(frames)
            self._note_told(event)
            return
        chosen, *others = self._outlets_of(event.channel)
        for outlet in others:
            for frame in frames:
                outlet.forget(frame.conflation_key)
        chosen.push(frames)
        if isinstance(chosen, DirectOutlet):
            self._note_told(event)

    def tell_cut_off(self, resync: Resync, frames_of: FramesOf) -> None:
        """Tell the client, once, what may be missing of each pattern.

        Nothing is said where all that it matches comes again soon, or is one channel that the history can mend.
        """
        if resync is self._last_cut_off:
            return
        self._last_cut_off = resync
        for pattern, outlet in self._names.items():
            if self.known_names.can_miss_events(pattern) and not self._can_mend(pattern):
                outlet.push(frames_of(pattern))

    def tell(self, pattern: str, outlet: Outlet, values: Iterable[NamedEvent]) -> None:
        """Send the client those of the last values that `pattern` matches and the session may see.

        One that the client was told for another pattern, which it still has, isn't told again.
        """
        for event in values:
            is_wanted = patterns.can_match(pattern, event.channel) and self._may_see(event)
            if is_wanted and not self._is_told(event):
                outlet.push(self._dialect.encode(event, event.channel))
                if isinstance(outlet, DirectOutlet):
                    self._note_told(event)

    async def join(self, pattern: str) -> list[DottedFeed]:
        """Join the groups that hold what `pattern` matches for the session's user, and return their feeds.

        Raise `RefusedError` where one can't be joined; then there is nothing to give back.
        """
        feeds: list[DottedFeed] = []
        try:
            for group in self._groups_of(pattern):
                feed = await self.hub.acquire(DottedGroup(group))
                feeds.append(feed)
        except BaseException as error:
            self.give_back(feeds)
            if not isinstance(error, Exception):
                raise
            logger.warning("the groups of a pattern could not be joined", pattern=pattern, reason=repr(error))
            raise errors.unavailable() from error
        return feeds

    def give_back(self, feeds: Sequence[DottedFeed]) -> None:
        """Give back what `join` gave."""
        for feed in feeds:
            self.hub.release(feed.key)

    @property
    def hears_all(self) -> bool:
        """True where the session may hear everybody's events, as staff may."""
        return self.identity is not None and self.identity.is_staff

    def hears(self, channel: str) -> bool:
        """Return whether a name or a pattern matches a channel."""
        return self._matches(channel)

    def add_pattern(self, pattern: str, outlet: Outlet, *, reached: Mapping[str, Position] | None = None) -> None:
        """Hear what `pattern` matches from now on; with numbers, where `reached` says what was told already."""
        self._names[pattern] = outlet
        if reached is not None:
            self._numbered[pattern] = None
            self._reached |= reached
        self._names_changed()

    def remove_pattern(self, pattern: str) -> None:
        """Hear what `pattern` matches no more, unless another pattern matches it."""
        self._names.pop(pattern, None)
        self._numbered.pop(pattern, None)
        self._names_changed()
        self._reached = {channel: place for channel, place in self._reached.items() if self._matches(channel)}

    def need(self, feeds: Sequence[DottedFeed]) -> None:
        """Hear groups, once however often they are needed."""
        for feed in feeds:
            self._feeds[feed.group] = feed
            self._needed[feed.group] = self._needed.get(feed.group, 0) + 1
        self._attach()

    def need_no_more(self, feeds: Sequence[DottedFeed]) -> None:
        """Hear groups no more that no subscription needs."""
        for feed in feeds:
            self._needed[feed.group] -= 1
            if not self._needed[feed.group]:
                del self._needed[feed.group], self._feeds[feed.group]
                feed.detach(self._dialect, self)
        self._attach()

    def _can_mend(self, pattern: str) -> bool:
        return WILDCARD not in pattern and any(feed.can_recover(pattern) for feed in self._feeds.values())

    def _matches(self, channel: str) -> bool:
        if channel in self._names:
            return True
        if self._wildcards is None:
            self._wildcards = patterns.any_of(sorted(name for name in self._names if WILDCARD in name))
        return self._wildcards.fullmatch(channel) is not None

    def _is_told(self, event: NamedEvent) -> bool:
        if self._told.get(event.channel) != event or not self._matches(event.channel):
            return False
        return any(isinstance(outlet, DirectOutlet) for outlet in self._outlets_of(event.channel))

    def _note_told(self, event: NamedEvent) -> None:
        if event.is_held:
            self._told.pop(event.channel, None)
            self._told[event.channel] = event
            if len(self._told) > _MOST_TOLD:
                del self._told[next(iter(self._told))]

    def _names_changed(self) -> None:
        self._wildcards = self._numbered_names = None
        self._paced = sum(not isinstance(outlet, DirectOutlet) for outlet in self._names.values())

    def _was_told(self, channel: str, place: Place) -> bool:
        """Return whether the client was told it when it resumed; else nothing more of that is to be known."""
        reached = self._reached.get(channel)
        if reached is None:
            return False
        if place.epoch == reached.epoch and place.seq <= reached.seq:
            return True
        del self._reached[channel]
        return False

    def _outlets_of(self, channel: str) -> list[Outlet]:
        """Return the outlets of all patterns that match: first those without a pace, else as they were subscribed."""
        matching = [outlet for pattern, outlet in self._names.items() if patterns.can_match(pattern, channel)]
        return sorted(matching, key=lambda outlet: not isinstance(outlet, DirectOutlet))

    def _may_see(self, event: NamedEvent) -> bool:
        identity = self.identity
        return identity is not None and (identity.is_staff or event.is_for(identity.user_id))

    def _groups_of(self, pattern: str) -> tuple[str, ...]:
        if self.identity is None:  # such a subscription has been refused
            return ()
        return self.known_names.groups_of_reader(pattern, None if self.identity.is_staff else self.identity.user_id)

    def _attach(self) -> None:
        for group, feed in self._feeds.items():
            wider = everybodys(group)
            if wider != group and wider in self._feeds:
                feed.detach(self._dialect, self)
            else:
                feed.attach(self._dialect, self)
