"""Who may be told by a broadcast to a channel: those who may read it. Pure."""

from enum import StrEnum

from streaming.installed import topic_registry
from streaming.topics.registry import TopicRegistry
from streaming.topics.topic import Access, Topic, UnknownChannelError


class Audience(StrEnum):
    """Those who may read a channel."""

    EVERYBODY = "everybody"
    STAFF = "staff"


def audience_of(channel: str) -> Audience | None:
    """Return who may read a channel; None for an unknown one, and for one that belongs to a single user.

    >>> audience_of("notifications"), audience_of("ops.gateways"), audience_of("portfolio:7")
    (<Audience.EVERYBODY: 'everybody'>, <Audience.STAFF: 'staff'>, None)
    """
    topics = topic_registry()
    try:
        topic = topics.parse(channel)
    except UnknownChannelError:
        return None
    if topics.is_public(topic):
        return Audience.EVERYBODY
    if topic.is_dotted and topics.dotted.is_for_staff(topic.name):
        return Audience.STAFF
    return None if _is_of_one_user(topic, topics) else Audience.EVERYBODY


def _is_of_one_user(topic: Topic, topics: TopicRegistry) -> bool:
    """Return whether a topic has one owner; such as `notifications` are each reader's own."""
    kind = topics.kind_of(topic)
    return topics.dotted.names_instance(topic.name) if kind is None else kind.access is Access.OWNER
