"""What an app has to do with the deletion of a user, besides the rows that it declares (`own_data`)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec


class DeletionSource(StrEnum):
    """From where a user was deleted."""

    REST = "rest"
    ADMIN = "admin"
    COMMAND_LINE = "command_line"


class DeletedUser(msgspec.Struct, frozen=True, kw_only=True):
    """Who is deleted, by which member of staff (None: by themselves, or on the command line), from where and when."""

    user_id: int
    by_id: int | None
    by: str
    source: DeletionSource
    at: datetime


def _nothing(_: int) -> Sequence[str]:
    return ()


class UserDeletion(msgspec.Struct, frozen=True, kw_only=True):
    """An app's part; each is given the user's id, within one transaction, in this order.

    `obstacles` locks what could bring about another one meanwhile, and says in sentences what keeps the user from being
    deleted. `channels` are the keys of the user's channels whose events are kept for who resumes. `before` is done
    while the rows are there, and `after` once they aren't.
    """

    obstacles: Callable[[int], Sequence[str]] = _nothing
    channels: Callable[[int], Sequence[str]] = _nothing
    before: Callable[[DeletedUser], None] = lambda _: None
    after: Callable[[DeletedUser], None] = lambda _: None
