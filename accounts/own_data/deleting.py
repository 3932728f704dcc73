"""Deleting a user, with all that is theirs: one use case for the user, staff and the command line."""

from collections.abc import Collection
from typing import Any

import msgspec
import structlog
from asgiref.sync import async_to_sync
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from accounts.errors import ApplicationError, ErrorCode
from accounts.models import User
from accounts.own_data.rows import rows_delete, rows_that_go
from accounts.user_lock import user_lock
from streaming.connections.configured_history import event_history_from_settings
from streaming.database.own_data import OwnData
from streaming.event_history.history import HistoryUnavailableError
from streaming.identity.user_deletion import DeletedUser, DeletionSource
from streaming.installed import own_data, topic_registry, user_deletions
from streaming.topics.topic import Access, Topic

_ITSELF = "pk"
"""The path from the user's own row."""

logger = structlog.get_logger(__name__)


class DeletionRefusedError(ApplicationError):
    """Something has to be ended first; `obstacles` are sentences, each of which names one thing."""

    code = ErrorCode.CONFLICT

    def __init__(self, obstacles: Collection[str]) -> None:
        super().__init__(" ".join(obstacles))
        self.obstacles = tuple(obstacles)


class DeletionPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What deleting a user would do: how many rows go, by what they are called, what stays and why, what is in the way.

    `obstacles` is empty where nothing is.
    """

    goes: dict[str, int]
    stays: dict[str, str]
    obstacles: list[str]


def deletion_preview(user: User) -> DeletionPreview:
    """Return what deleting `user` would do now."""
    with transaction.atomic():
        obstacles = obstacles_of(user)
    counts = {_name(one): _count(one, user.pk) for one in own_data() if not one.stays and one.owner != _ITSELF}
    goes = {name: count for name, count in counts.items() if count}
    stays = {_name(one): one.stays for one in own_data() if one.stays}
    return DeletionPreview(goes=goes, stays=stays, obstacles=obstacles)


def obstacles_of(user: User) -> list[str]:
    """Return what keeps `user` from being deleted, in sentences; call it in a transaction: what it asks is locked."""
    return [sentence for deletion in user_deletions() for sentence in deletion.obstacles(user.pk)]


@transaction.atomic
def user_delete(*, user: User, source: DeletionSource, by: User | None = None) -> None:
    """Delete `user` and all that is theirs, but what is declared to stay, from which the person is taken out.

    Sessions, tokens, keys and connections end once that is committed. Raise `DeletionRefusedError`, and change nothing,
    while something has to be ended first; and an `ApplicationError` (NOT_FOUND) where the user has gone.
    """
    if not user_lock(user.pk):
        raise ApplicationError("There is no such user", code=ErrorCode.NOT_FOUND)
    if obstacles := obstacles_of(user):
        raise DeletionRefusedError(obstacles)
    deleted = DeletedUser(
        user_id=user.pk,
        by_id=None if by is None else by.pk,
        by="" if by is None else by.username,
        source=source,
        at=timezone.now(),
    )
    channels = [*_own_channels(user.pk), *(key for each in user_deletions() for key in each.channels(user.pk))]
    for each in user_deletions():
        each.before(deleted)
    for declared in rows_that_go():
        rows_delete(declared, deleted.user_id)
    for each in user_deletions():
        each.after(deleted)
    transaction.on_commit(lambda: _channels_forget(channels))


def _name(own: OwnData) -> str:
    return own.called or str(apps.get_model(own.model)._meta.verbose_name_plural)  # noqa: SLF001 - Django's own


def _count(own: OwnData, user_id: int) -> int:
    model: Any = apps.get_model(own.model)
    return int(model._base_manager.filter(**{own.owner: user_id}).count())  # noqa: SLF001


def _own_channels(user_id: int) -> list[str]:
    """Return the keys of the channels that every user has one of."""
    kinds = [kind for kind in topic_registry().kinds if kind.access in {Access.LOGIN, Access.OWNER}]
    return [Topic(kind.name, owner=str(user_id)).key for kind in kinds if kind.owners is None]


def _channels_forget(channels: Collection[str]) -> None:
    """Let go of what was told on these channels; where that is away, it expires by itself within minutes."""
    try:
        async_to_sync(_forget)(channels)
    except HistoryUnavailableError as error:
        logger.warning("what a deleted user was told is kept until it expires", reason=str(error))


async def _forget(channels: Collection[str]) -> None:
    history = event_history_from_settings()
    if history is None:
        return
    try:
        await history.forget(channels)
    finally:
        await history.close()
