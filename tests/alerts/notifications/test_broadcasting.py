"""Broadcasts of staff: whom they reach."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from accounts.models import User
from alerts.events import Severity
from alerts.models import Notification
from alerts.notifications.broadcasting import notifications_broadcast
from alerts.notifications.parameters import Broadcast
from streaming.commands.errors import WrongParametersError
from tests.alerts.notifications.drafts import NOW, states, user

pytestmark = pytest.mark.django_db


def broadcast(sender: User, *, users: Sequence[Any] | None = None, channel: str | None = None) -> int:
    """Broadcast, and return how many it is for."""
    given = Broadcast(
        title="Maintenance",
        body="At 8",
        severity=Severity.WARNING,
        users=None if users is None else tuple(users),
        channel=channel,
    )
    return notifications_broadcast(sender_id=sender.pk, given=given, now=NOW)


def told() -> set[str]:
    """Return the names of those who were told."""
    return set(Notification.objects.values_list("user__username", flat=True))


@pytest.fixture(autouse=True)
def everybody(ada: User, bob: User, root: User) -> None:
    """Make Ada, Bob, Root of staff, and somebody who was deactivated."""
    user("Former", is_active=False)


def test_it_reaches_every_active_user(root: User) -> None:
    assert broadcast(root) == 3
    assert told() == {"Ada", "Bob", "Root"}
    row = Notification.objects.get(user=root)
    assert (row.kind, row.severity, row.title, row.body) == ("system", "warning", "Maintenance", "At 8")
    assert json.loads(row.data) == {"broadcast": True, "by": "Root"}
    assert states(root) == {(1, "websocket"): "waiting"}


@pytest.mark.django_db(transaction=True)
def test_it_reaches_nobody_by_a_channel_that_nobody_reads_now(root: User) -> None:
    assert broadcast(root, channel="ops.gateways") == 0
    assert told() == set()


def test_it_reaches_those_who_are_named_each_once(root: User, ada: User, bob: User) -> None:
    assert broadcast(root, users=["Ada", ada.pk, str(bob.pk)]) == 2
    assert told() == {"Ada", "Bob"}


def test_it_takes_a_text_for_a_name_before_it_takes_it_for_an_id(root: User, ada: User) -> None:
    user(str(ada.pk))
    assert broadcast(root, users=[str(ada.pk)]) == 1
    assert told() == {str(ada.pk)}


@pytest.mark.parametrize("unknown", ["nobody", "ada", "Former", 10**30, -1, "²"])
def test_it_tells_nobody_where_one_is_no_active_user(root: User, unknown: object) -> None:
    with pytest.raises(WrongParametersError) as refusal:
        broadcast(root, users=["Ada", unknown])
    assert refusal.value.fields == {"users.1": "users.1 is no active user"}
    assert told() == set()


def test_it_reaches_more_than_are_stored_at_a_time(root: User) -> None:
    User.objects.bulk_create(User(username=f"user{number}", email=f"{number}@example.com") for number in range(1200))
    assert broadcast(root) == 1203
    assert Notification.objects.count() == 1203
