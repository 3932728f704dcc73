"""The topics of a process, put together from what apps declare: reading channels, whose they are, and their events."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from streaming.errors import RegistrationError
from streaming.events import BaseEvent, EnvelopeDecoder, NamedEvent, Resync, UserEvent
from streaming.topics.dotted_names import DottedNames, InstanceKind, SystemKind, key_of_named
from streaming.topics.topic import Access, Snapshot, Topic, TopicKind, UnknownChannelError, split_channel

AnyTopicKind = TopicKind | InstanceKind | SystemKind


class Destination(msgspec.Struct, frozen=True):
    """Where an event goes: groups of the channel layer, each with the key of its feed; and its key as a last value.

    `histories` are the keys of those in which it is kept, one for each of `feeds`: of what that feed's readers hear of
    the channel. `further` are feeds that hear it, too, without its number.
    """

    feeds: tuple[tuple[str, str], ...]
    histories: tuple[str, ...]
    value_key: str
    further: tuple[tuple[str, str], ...] = ()


class TopicRegistry:
    """The topics of a process. A kind that is planned gives way to one of the same name that is there.

    Raise `RegistrationError` where two of `kinds` have the same name, or two events the same tag.
    """

    def __init__(self, kinds: Iterable[AnyTopicKind] = ()) -> None:
        declared = tuple(kinds)
        self._events = [event for kind in declared if not kind.is_planned for event in events_of(kind)]
        self.dotted = DottedNames(kind for kind in declared if not isinstance(kind, TopicKind))
        self._by_name: dict[str, TopicKind] = {}
        self._by_head: dict[str, list[TopicKind]] = {}
        for kind in declared:
            if isinstance(kind, TopicKind):
                self._add(kind)
        for kind in self._by_name.values():
            for head in kind.heads:
                self._by_head.setdefault(head, []).append(kind)

    @property
    def kinds(self) -> Iterator[TopicKind]:
        """The kinds of topics, dotted names aside."""
        return iter(self._by_name.values())

    @property
    def event_types(self) -> tuple[type[BaseEvent], ...]:
        """The events of all topics that are there, and what is told of those that were lost."""
        return tuple(dict.fromkeys([*self._events, Resync]))

    @cached_property
    def decoder(self) -> EnvelopeDecoder:
        """What reads `event_types`; built when the first event comes."""
        return EnvelopeDecoder(self.event_types)

    def parse(self, channel: str) -> Topic:
        """Return the topic that a client's `channel` names; raise `UnknownChannelError` where it names none.

        Of several kinds that share a head the first that can read the channel takes it.
        """
        head, arguments = split_channel(channel)
        for kind in self._by_head.get(head, ()):
            topic = kind.parse(head, arguments)
            if topic is not None:
                return topic
        topic = self.dotted.parse(channel)
        if topic is None:
            raise UnknownChannelError(channel)
        return topic

    def kind_of(self, topic: Topic) -> TopicKind | None:
        """Return the kind of a topic; None for a dotted name."""
        return None if topic.is_dotted else self._by_name[topic.kind]

    def is_public(self, topic: Topic) -> bool:
        """Return whether anyone may read the topic, logged in or not."""
        kind = self.kind_of(topic)
        return kind is not None and kind.access is Access.ANYONE

    def is_state(self, topic: Topic) -> bool:
        """Return whether only the newest event of the topic counts."""
        kind = self.kind_of(topic)
        return kind is not None and kind.is_state

    def has_sequence(self, topic: Topic) -> bool:
        """Return whether events are told on the topic of which every one counts."""
        kind = self.kind_of(topic)
        return self.dotted.has_sequence(topic.name) if kind is None else kind.has_sequence

    def snapshot_of(self, topic: Topic) -> Snapshot | None:
        """Return what a new subscriber of the topic is told first, where its kind says it."""
        kind = self.kind_of(topic)
        return None if kind is None else kind.snapshot

    def is_there(self, topic: Topic) -> bool:
        """Return whether an app makes the topic, or of a pattern any name that it matches."""
        kind = self.kind_of(topic)
        return bool(self.dotted.shapes_of(topic.name)) if kind is None else not kind.is_planned

    async def exists(self, topic: Topic) -> bool:
        """Return whether there is what a topic for anyone names; raise what the look-up raises."""
        kind = self.kind_of(topic)
        return kind is None or kind.exists is None or await kind.exists(topic.name)

    async def owners(self, topic: Topic) -> frozenset[str] | None:
        """Return the ids of the users who own what the topic names; None where it names nothing that is owned.

        Of what isn't there yet no owner is known, so that is None, too.
        """
        kind = self.kind_of(topic)
        if kind is None:
            instance = self.dotted.instance_of(topic.name)
            return None if instance is None else await self.dotted.owners(*instance)
        if kind.access is not Access.OWNER or topic.owner or kind.is_planned:
            return None
        return frozenset() if kind.owners is None else await kind.owners(topic.name)

    def destination_of(self, event: BaseEvent, owner: str = "") -> Destination:
        """Return where an event goes, which is that of the user `owner` where it is a `UserEvent`.

        Raise `KeyError` for one that no app has declared, `ValueError` where an owner is missing or too much.
        """
        if isinstance(event, UserEvent) is not bool(owner):
            raise ValueError(f"a user's event is published with its owner, and no other: {type(event).__name__}")
        if isinstance(event, NamedEvent):
            groups = self.dotted.groups_of_event(event.channel, event.owner)
            histories = tuple(self.dotted.history_of(event.channel, group) for group in groups)
            return Destination(tuple((group, group) for group in groups), histories, key_of_named(event.channel))
        kind = self._by_event[type(event)]
        topic = kind.topic_of(event, owner)
        further = () if kind.further_topics is None else kind.further_topics(event, owner)
        feeds = ((topic.group, topic.key),)
        return Destination(feeds, (topic.key,), topic.key, tuple((one.group, one.key) for one in further))

    @cached_property
    def _by_event(self) -> dict[type[BaseEvent], TopicKind]:
        return {kind.event: kind for kind in self.kinds if not kind.is_planned}

    def _add(self, kind: TopicKind) -> None:
        known = self._by_name.get(kind.name)
        if known is not None and known.is_planned == kind.is_planned:
            raise RegistrationError(f"declared already: {kind.name}")
        if known is None or known.is_planned:
            self._by_name[kind.name] = kind


def events_of(kind: AnyTopicKind) -> tuple[type[BaseEvent], ...]:
    """Return what is told on topics of a kind."""
    return tuple(kind.events.values()) if isinstance(kind, InstanceKind) else (kind.event,)
