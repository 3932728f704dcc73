"""The topics of all apps, as tests want them: whose an instance is, which chains there are, what is told first."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from streaming.installed import installed_declarations
from streaming.topics.dotted_names import InstanceKind
from streaming.topics.registry import AnyTopicKind, TopicRegistry
from streaming.topics.topic import Exists, OwnerLookup, ReadSnapshot, TopicKind


def topics_with(
    owners: Mapping[str, OwnerLookup] | None = None,
    *,
    chains: Collection[str] = (),
    snapshots: Mapping[str, ReadSnapshot] | None = None,
) -> TopicRegistry:
    """Return the topics of all apps, where `owners` says by category whose an instance is, with blocks of `chains`.

    `snapshots` says by topic what is told first; where it says nothing, nothing is: no database is asked.
    """
    kinds = (_with_snapshot(kind, snapshots or {}) for kind in _changed(_installed(), owners or {}, chains))
    return TopicRegistry(kinds)


def _with_snapshot(kind: AnyTopicKind, snapshots: Mapping[str, ReadSnapshot]) -> AnyTopicKind:
    if not isinstance(kind, TopicKind) or kind.snapshot is None:
        return kind
    read = snapshots.get(kind.name)
    snapshot = None if read is None else msgspec.structs.replace(kind.snapshot, read=read)
    return msgspec.structs.replace(kind, snapshot=snapshot)


def _installed() -> Iterable[AnyTopicKind]:
    return (kind for app in installed_declarations() for kind in app.topics if not kind.is_planned)


def _changed(
    kinds: Iterable[AnyTopicKind], owners: Mapping[str, OwnerLookup], chains: Collection[str]
) -> Iterable[AnyTopicKind]:
    for kind in kinds:
        if isinstance(kind, TopicKind) and kind.exists is not None:
            yield msgspec.structs.replace(kind, exists=_one_of(chains))
        elif isinstance(kind, InstanceKind) and kind.category in owners:
            yield msgspec.structs.replace(kind, owners=owners[kind.category])
        elif isinstance(kind, TopicKind) and kind.name in owners:
            yield msgspec.structs.replace(kind, owners=owners[kind.name])
        else:
            yield kind


def _one_of(chains: Collection[str]) -> Exists:
    async def exists(name: str) -> bool:
        return name in chains

    return exists
