"""A notification that is still to be stored. Pure."""

import msgspec

from alerts.events import NotificationKind, Severity
from alerts.preferences.preferences import Channel


class NotificationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a user is to be told.

    `data` is an object for programs, as JSON text with exact numbers and times in ms. `channels`, where there are any,
    replace those that the user chose for the kind. With `collapse` it becomes one more of the rule's newest unread
    notification, where there is one, instead of a notification of its own. `title` and `body` are cut to 200 and 2000
    characters.
    """

    user_id: int
    kind: NotificationKind
    severity: Severity
    title: str
    body: str = ""
    data: str = "{}"
    rule_id: int | None = None
    event_id: int | None = None
    channels: tuple[Channel, ...] = ()
    collapse: bool = False
