"""What is given to read, acknowledge and broadcast notifications. Pure."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from alerts.events import NotificationKind, Severity
from alerts.notifications.audience import audience_of
from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.commands.values import LINES

Number = Annotated[int, msgspec.Meta(ge=1)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=150)]

EVERYBODY = "everybody"
"""Whom a broadcast is for that names neither users nor a channel, as the admin's log calls them."""


class NotificationsQuery(Paged, frozen=True, kw_only=True):
    """Which of one's notifications to list, the newest first; `before` is a number (`seq`) to go on from."""

    unread: bool | None = None
    kind: NotificationKind | None = None
    severity: Severity | None = None
    before: Number | None = None


class NotificationIds(Parameters, frozen=True, kw_only=True):
    """Notifications of one's own."""

    ids: Annotated[tuple[Number, ...], msgspec.Meta(min_length=1, max_length=500)]


class NotificationNumber(Parameters, frozen=True, kw_only=True):
    """The number of a notification that has been seen."""

    seq: Number


class Broadcast(Parameters, frozen=True, kw_only=True):
    """What staff tell: to `users` (names or ids), to the subscribers that `channel` has now, or else to everybody."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=2000), LINES]
    severity: Severity
    users: Annotated[tuple[Any, ...], msgspec.Meta(min_length=1, max_length=500)] | None = None
    channel: Name | None = None

    def wrong_together(self) -> Mapping[str, str]:
        """Return what is wrong."""
        wrong = {
            f"users.{index}": f"users.{index} must be a user's name or id"
            for index, user in enumerate(self.users or ())
            if not _is_name_or_id(user)
        }
        if self.channel is not None and self.users is not None:
            wrong["channel"] = "channel can't be given together with users"
        elif self.channel is not None and audience_of(self.channel) is None:
            wrong["channel"] = "channel must be one that all users, or all staff, may read"
        return wrong


def _is_name_or_id(user: object) -> bool:
    return (isinstance(user, str) and bool(user)) or (isinstance(user, int) and not isinstance(user, bool))
