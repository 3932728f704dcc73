"""Reading, acknowledging and broadcasting notifications, for commands and REST."""

from alerts.notifications.acknowledgement import (
    notifications_acknowledge,
    notifications_mark_all_read,
    notifications_mark_read,
)
from alerts.notifications.answers import BroadcastAnswer, NotificationsAnswer, UnreadAnswer, notifications_answer
from alerts.notifications.broadcasting import notifications_broadcast
from alerts.notifications.parameters import Broadcast, NotificationIds, NotificationNumber, NotificationsQuery
from alerts.notifications.selectors import notifications_page, unread_count
from streaming.commands.access import StaffPermission
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.database.fair_queries import each_in_turn
from streaming.identity.scopes import Scope

_THROTTLE = "THROTTLE_NOTIFICATIONS"


def _list(caller: Caller, query: NotificationsQuery) -> NotificationsAnswer:
    """List one's notifications, the newest first."""
    return notifications_answer(notifications_page(caller.user_id, query), caller.write_time)


def _mark_read(caller: Caller, given: NotificationIds) -> UnreadAnswer:
    """Mark notifications as read."""
    notifications_mark_read(user_id=caller.user_id, ids=given.ids, now=caller.now)
    return _unread(caller)


async def _read_all(caller: Caller, _hub: HubOfProcess, _given: NoParameters) -> None:
    await each_in_turn(notifications_mark_all_read(user_id=caller.user_id, now=caller.now))


def _mark_all_read(caller: Caller, _given: NoParameters, _done: None) -> UnreadAnswer:
    """Mark all of one's notifications as read."""
    return _unread(caller)


def _acknowledge(caller: Caller, given: NotificationNumber) -> UnreadAnswer:
    """Confirm that a notification, and those told before it, were shown."""
    notifications_acknowledge(user_id=caller.user_id, seq=given.seq, now=caller.now)
    return _unread(caller)


def _unread(caller: Caller) -> UnreadAnswer:
    return UnreadAnswer(unread=unread_count(caller.user_id))


def _broadcast(caller: Caller, given: Broadcast) -> BroadcastAnswer:
    """Tell users something, each by a notification of their own."""
    now = caller.now
    return BroadcastAnswer(recipients=notifications_broadcast(sender_id=caller.user_id, given=given, now=now))


MAY_BROADCAST = StaffPermission("alerts.broadcast_notification")

LIST_NOTIFICATIONS = UseCase(parameters=NotificationsQuery, act=_list, answer=NotificationsAnswer)
MARK_READ = UseCase(
    parameters=NotificationIds,
    act=_mark_read,
    answer=UnreadAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
MARK_ALL_READ = UseCase(
    gather=_read_all, act=_mark_all_read, answer=UnreadAnswer, changes=True, scope=Scope.ALERTS, throttle=_THROTTLE
)  # first, outside of the command's transaction: that would hold up the storing of all alerts until all are read
ACKNOWLEDGE = UseCase(
    parameters=NotificationNumber,
    act=_acknowledge,
    answer=UnreadAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
BROADCAST = UseCase(
    parameters=Broadcast,
    act=_broadcast,
    answer=BroadcastAnswer,
    access=MAY_BROADCAST,
    changes=True,
    throttle=_THROTTLE,
)
