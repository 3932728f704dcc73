"""What the app brings: the planned topics with their very events. What belongs to somebody belongs to nobody yet."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from streaming.app_declaration import AppDeclaration
from streaming.installed import installed_declarations
from streaming.planned.topics import PLANNED_TOPICS, blocks_kind
from streaming.topics.dotted_names import InstanceKind
from streaming.topics.registry import AnyTopicKind, TopicRegistry
from streaming.topics.topic import OwnerLookup, TopicKind


def _made(kind: AnyTopicKind) -> AnyTopicKind:
    """Return a planned kind as that of an app that makes it."""
    return msgspec.structs.replace(kind, is_planned=False)


DECLARATION = AppDeclaration(topics=tuple(_made(kind) for kind in PLANNED_TOPICS))


def topics_with(owners: Mapping[str, OwnerLookup] | None = None, *, chains: Collection[str] = ()) -> TopicRegistry:
    """Return the topics of all apps, where `owners` says by category whose an instance is, with blocks of `chains`."""
    return TopicRegistry(_changed(_installed(), owners or {}, chains))


def platform_topics() -> TopicRegistry:
    """Return the topics of the platform's own apps, of which some are planned."""
    return TopicRegistry(kind for app in installed_declarations() if app is not DECLARATION for kind in app.topics)


def _installed() -> Iterable[AnyTopicKind]:
    return (kind for app in installed_declarations() for kind in app.topics if not kind.is_planned)


def _changed(
    kinds: Iterable[AnyTopicKind], owners: Mapping[str, OwnerLookup], chains: Collection[str]
) -> Iterable[AnyTopicKind]:
    for kind in kinds:
        if isinstance(kind, TopicKind) and kind.name == "blocks":
            yield _made(blocks_kind(chains))
        elif isinstance(kind, InstanceKind) and kind.category in owners:
            yield msgspec.structs.replace(kind, owners=owners[kind.category])
        elif isinstance(kind, TopicKind) and kind.name in owners:
            yield msgspec.structs.replace(kind, owners=owners[kind.name])
        else:
            yield kind
