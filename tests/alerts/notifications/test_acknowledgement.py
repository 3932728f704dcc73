"""What a user has seen: acknowledged or read, and which deliveries then have no need any more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.models import Delivery, Notification
from alerts.notifications.acknowledgement import (
    notifications_acknowledge,
    notifications_mark_all_read,
    notifications_mark_read,
)
from alerts.notifications.services import notifications_store
from streaming.commands.errors import CommandRefusedError
from tests.alerts.notifications.drafts import NOW, after, draft, prefer, set_states, states

pytestmark = pytest.mark.django_db
LATER = after(5)
BOTH = {"alert": ["websocket", "email"]}


def store(owner: User, count: int) -> list[int]:
    """Store notifications, and return their ids."""
    return [row.pk for row in notifications_store(drafts=[draft(owner)] * count, now=NOW)]


def acknowledge(owner: User, seq: int) -> None:
    """Acknowledge up to a number."""
    notifications_acknowledge(user_id=owner.pk, seq=seq, now=LATER)


def test_it_acknowledges_what_the_socket_has_told_up_to_a_number(ada: User) -> None:
    store(ada, 3)
    set_states(ada, "sent")
    acknowledge(ada, 2)
    assert states(ada) == {(1, "websocket"): "acknowledged", (2, "websocket"): "acknowledged", (3, "websocket"): "sent"}
    assert set(Delivery.objects.filter(state="acknowledged").values_list("acknowledged_at", flat=True)) == {LATER}


def test_it_takes_what_is_being_told_for_told(ada: User) -> None:
    store(ada, 2)
    set_states(ada, "sending")
    acknowledge(ada, 2)
    assert set(states(ada).values()) == {"acknowledged"}


def test_it_leaves_to_be_told_what_the_socket_has_not_told_yet(ada: User) -> None:
    store(ada, 2)
    set_states(ada, "sent", notification__seq=2)
    acknowledge(ada, 2)
    assert states(ada) == {(1, "websocket"): "waiting", (2, "websocket"): "acknowledged"}


def test_it_acknowledges_the_very_number_though_it_was_seen_in_the_list(ada: User) -> None:
    store(ada, 1)
    acknowledge(ada, 1)
    assert states(ada) == {(1, "websocket"): "acknowledged"}


def test_it_still_tells_again_what_counts_more(ada: User) -> None:
    store(ada, 1)
    set_states(ada, "waiting")  # and sent once before
    acknowledge(ada, 1)
    assert states(ada) == {(1, "websocket"): "waiting"}


def test_it_cancels_further_channels_where_they_follow_each_other(ada: User) -> None:
    prefer(ada, kinds=BOTH, escalate=True)
    store(ada, 2)
    set_states(ada, "sent", channel="websocket")
    acknowledge(ada, 1)
    assert states(ada) == {
        (1, "websocket"): "acknowledged",
        (1, "email"): "cancelled",
        (2, "websocket"): "sent",
        (2, "email"): "waiting",
    }


def test_it_lets_other_channels_tell_where_they_go_out_together(ada: User) -> None:
    prefer(ada, kinds=BOTH)
    [one] = store(ada, 1)
    set_states(ada, "sent", channel="websocket")
    acknowledge(ada, 1)
    notifications_mark_read(user_id=ada.pk, ids=(one,), now=LATER)
    assert states(ada) == {(1, "websocket"): "acknowledged", (1, "email"): "waiting"}


def test_it_acknowledges_again_without_harm(ada: User) -> None:
    store(ada, 1)
    set_states(ada, "sent")
    acknowledge(ada, 1)
    notifications_acknowledge(user_id=ada.pk, seq=1, now=after(60))
    assert Delivery.objects.get().acknowledged_at == LATER


@pytest.mark.parametrize("seq", [1, 2, 2**62])
def test_it_refuses_a_number_that_was_never_given(ada: User, bob: User, seq: int) -> None:
    store(bob, 2)
    with pytest.raises(CommandRefusedError, match="Not found") as refusal:
        acknowledge(ada, seq)
    assert refusal.value.code.value == "NOT_FOUND"
    assert set(states(bob).values()) == {"waiting"}


def test_it_marks_as_read_and_needs_no_delivery_by_the_socket(ada: User) -> None:
    prefer(ada, kinds=BOTH, escalate=True)
    first, second, third = store(ada, 3)
    set_states(ada, "sent", channel="websocket", notification__seq=1)
    notifications_mark_read(user_id=ada.pk, ids=(first, second, second), now=LATER)
    assert list(Notification.objects.order_by("seq").values_list("read_at", flat=True)) == [LATER, LATER, None]
    assert states(ada) == {
        (1, "websocket"): "acknowledged",
        (1, "email"): "cancelled",
        (2, "websocket"): "cancelled",
        (2, "email"): "cancelled",
        (3, "websocket"): "waiting",
        (3, "email"): "waiting",
    }
    notifications_mark_read(user_id=ada.pk, ids=(first, third), now=after(60))
    assert list(Notification.objects.order_by("seq").values_list("read_at", flat=True)) == [LATER, LATER, after(60)]


def test_it_marks_none_where_one_is_another_users(ada: User, bob: User) -> None:
    [own], [others] = store(ada, 1), store(bob, 1)
    for ids in ((own, others), (own, 2**62)):
        with pytest.raises(CommandRefusedError, match="Not found"):
            notifications_mark_read(user_id=ada.pk, ids=ids, now=LATER)
    assert not Notification.objects.filter(read_at__isnull=False).exists()


def test_it_marks_all_of_the_users_as_read(ada: User, bob: User) -> None:
    store(ada, 3)
    store(bob, 1)
    set_states(ada, "sent", notification__seq=1)
    sum(notifications_mark_all_read(user_id=ada.pk, now=LATER))
    assert list(Notification.objects.filter(read_at=None).values_list("user", flat=True)) == [bob.pk]
    assert states(ada) == {
        (1, "websocket"): "acknowledged",
        (2, "websocket"): "cancelled",
        (3, "websocket"): "cancelled",
    }
    assert states(bob) == {(1, "websocket"): "waiting"}


def unread(owner: User) -> list[int]:
    """Return the numbers of what a user hasn't read."""
    return list(Notification.objects.filter(user=owner, read_at=None).order_by("seq").values_list("seq", flat=True))


@pytest.mark.django_db(transaction=True)
def test_it_marks_all_as_read_in_portions_of_a_transaction_each(ada: User, bob: User) -> None:
    store(ada, 5)
    store(bob, 1)
    steps = notifications_mark_all_read(user_id=ada.pk, now=LATER, limit=2)
    assert (next(steps), unread(ada), connection.in_atomic_block) == (2, [3, 4, 5], False)
    store(ada, 1)  # which needs the user's counter
    assert list(steps) == [2, 1]
    assert (unread(ada), unread(bob)) == ([6], [1])


def test_it_goes_on_with_the_rest_after_a_death_between_two_portions(ada: User) -> None:
    store(ada, 5)
    next(notifications_mark_all_read(user_id=ada.pk, now=LATER, limit=2))
    assert list(notifications_mark_all_read(user_id=ada.pk, now=after(60), limit=2)) == [2, 1]
    assert list(notifications_mark_all_read(user_id=ada.pk, now=after(90), limit=2)) == []
    reads = Notification.objects.order_by("seq").values_list("read_at", flat=True)
    assert list(reads) == [LATER, LATER, after(60), after(60), after(60)]


def test_it_asks_as_much_of_a_portion_however_many_are_unread(ada: User) -> None:
    store(ada, 3)
    with CaptureQueriesContext(connection) as few:
        next(notifications_mark_all_read(user_id=ada.pk, now=LATER, limit=2))
    store(ada, 40)
    with CaptureQueriesContext(connection) as many:
        next(notifications_mark_all_read(user_id=ada.pk, now=LATER, limit=2))
    assert len(many) == len(few)
    assert not [one["sql"] for one in many if '"alerts_delivery"."error"' in one["sql"]]  # rows aren't read whole
