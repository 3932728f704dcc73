"""A name or a pattern of dotted names that a session has subscribed."""

from collections.abc import Mapping
from typing import Any

import structlog

from streaming.events import NamedEvent
from streaming.fan_out.dotted_feed import DottedFeed
from streaming.gateway import errors
from streaming.gateway.sending.pacing import Outlet
from streaming.gateway.subscriptions.dotted import DottedSubscriber
from streaming.gateway.subscriptions.dotted_resuming import ResumedChannels
from streaming.topics.dotted_names import key_of_named
from streaming.topics.patterns import WILDCARD
from streaming.topics.topic import Topic

logger = structlog.get_logger(__name__)


class DottedSubscription:
    """A name or a pattern that a session has subscribed. It is prepared, begun and ended once each."""

    def __init__(
        self, subscriber: DottedSubscriber, topic: Topic, outlet: Outlet, resumes: ResumedChannels | None = None
    ) -> None:
        self.topic = topic
        self._resumes = resumes
        self._subscriber = subscriber
        self._outlet = outlet
        self._pattern = topic.name
        self._feeds: list[DottedFeed] = []
        self._stored: list[NamedEvent] = []
        self._has_begun = False
        self._is_wide = False

    @property
    def is_narrow(self) -> bool:
        """True where it was made before the session might hear everybody's events, which it may now."""
        return self._subscriber.hears_all and not self._is_wide

    async def prepare(self) -> None:
        """Join the groups that can hold the pattern, and look for the last values that other processes know.

        Raise `RefusedError` where a group can't be joined; then there is nothing to end.
        """
        self._is_wide = self._subscriber.hears_all
        self._feeds = await self._subscriber.join(self._pattern)
        try:
            self._stored = [value for name in self._known_names() if (value := await self._stored_value(name))]
            if self._resumes is not None:
                await self._resumes.read(self._feeds)
        except BaseException:
            self.end()
            raise

    @property
    def resumes(self) -> frozenset[str]:
        """The channels on which the client catches up before the subscription begins."""
        return frozenset() if self._resumes is None else self._resumes.names

    def resumed(self) -> Mapping[str, dict[str, Any]]:
        """Return by channel what the answer says of its history; to be asked just before the subscription begins."""
        return {} if self._resumes is None else self._resumes.answers()

    def begin(self) -> None:
        """Tell what was missed, the last values, and from now on whatever is new; nothing can slip in between."""
        values = {event.channel: event for event in self._stored}
        for feed in self._feeds:
            values.update((event.channel, event) for event in self._subscriber.hub.known_values(feed))
        self._subscriber.tell(self._pattern, self._outlet, values.values())
        reached = None if self._resumes is None else self._resumes.tell(self._outlet)
        self._end_resuming()
        self._subscriber.add_pattern(self._pattern, self._outlet, reached=reached)
        self._subscriber.need(self._feeds)
        self._has_begun = True

    def end(self) -> None:
        """Tell nothing more, and give the groups back."""
        self._end_resuming()
        if self._has_begun:
            self._subscriber.remove_pattern(self._pattern)
            self._subscriber.need_no_more(self._feeds)
            self._has_begun = False
        self._outlet.end()
        self._subscriber.give_back(self._feeds)
        self._feeds = []

    async def widen(self) -> None:
        """Join the groups of a session's new identity in place of the old ones; where that fails, keep those."""
        if not self.is_narrow:
            return
        self._is_wide = True
        try:
            wide = await self._subscriber.join(self._pattern)
        except errors.RefusedError:
            self._is_wide = False
            return
        if not self._has_begun:
            self._subscriber.give_back(wide)
            return
        narrow, self._feeds = self._feeds, wide
        self._subscriber.need(wide)
        self._subscriber.need_no_more(narrow)
        self._subscriber.give_back(narrow)

    def _end_resuming(self) -> None:
        if self._resumes is not None:
            self._resumes.end()
            self._resumes = None

    def _known_names(self) -> tuple[str, ...]:
        """Return the names that the pattern matches, as far as they are known beforehand."""
        is_name = WILDCARD not in self._pattern
        return (self._pattern,) if is_name else self._subscriber.known_names.fixed_names_of(self._pattern)

    async def _stored_value(self, name: str) -> NamedEvent | None:
        """Return what the shared cache holds of a name; one that fails costs the client that value only."""
        try:
            event = await self._subscriber.hub.stored_value(key_of_named(name))
        except Exception as error:  # noqa: BLE001 - whatever the cache raises
            logger.warning("the last value could not be read", channel=name, reason=repr(error))
            return None
        return event if isinstance(event, NamedEvent) else None
