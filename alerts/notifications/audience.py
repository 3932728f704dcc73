"""Who may be told by a broadcast to a channel: those who may read it. Pure."""

from enum import StrEnum
from functools import cache

from streaming import dotted_names
from streaming.topic_kinds import default_registry
from streaming.topics import ME, Access, Kind, Topic, TopicRegistry, UnknownChannelError


class Audience(StrEnum):
    """Those who may read a channel."""

    EVERYBODY = "everybody"
    STAFF = "staff"


def audience_of(channel: str) -> Audience | None:
    """Return who may read a channel; None for an unknown one, and for one that belongs to a single user.

    >>> audience_of("notifications"), audience_of("ops.gateways"), audience_of("portfolio:7")
    (<Audience.EVERYBODY: 'everybody'>, <Audience.STAFF: 'staff'>, None)
    """
    try:
        topic = _registry().parse(channel)
    except UnknownChannelError:
        return None
    if _registry()[topic.kind].access is Access.ANYONE:
        return Audience.EVERYBODY
    if topic.is_dotted and dotted_names.is_for_staff(topic.name):
        return Audience.STAFF
    return None if _is_of_one_user(topic) else Audience.EVERYBODY


def _is_of_one_user(topic: Topic) -> bool:
    """Return whether a topic has one owner; `notifications` and `alerts` are each reader's own."""
    if topic.kind is Kind.INSTANCE:
        return dotted_names.instance_of(topic.name) is not None
    return not topic.is_dotted and (topic.owner != ME or topic.kind not in {Kind.NOTIFICATIONS, Kind.ALERTS})


@cache
def _registry() -> TopicRegistry:
    return default_registry()
