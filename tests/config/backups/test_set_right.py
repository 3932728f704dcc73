"""What must not come back to life with a backup: log-ins, leases, deliveries that have gone out since."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from alerts.models import Delivery, DeliveryState, Notification
from config.backups.manifest import DatabaseKind, Manifest
from config.backups.restoring import set_right
from streaming.models import Lease
from streaming.workers.leases.lease_rows import lease_take

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def backup_of(made_at: datetime) -> Manifest:
    """Return the manifest of a backup that was made then."""
    return Manifest(
        format=1,
        made_at=made_at,
        platform="0.1.0",
        python="3.11",
        django="5.2",
        database=DatabaseKind.SQLITE,
        server="3",
        tool="sqlite3",
        migrations=(),
        left_out=(),
        tables={},
        size=0,
        sha256="",
    )


@pytest.mark.parametrize("age", [timedelta(days=2), timedelta(0), timedelta(days=-2)], ids=["past", "now", "future"])
def test_it_lets_nobody_be_logged_in_whenever_the_backup_was_made(age: timedelta) -> None:
    user = User.objects.create(username="carla", email="carla@example.com", token_generation=3)
    assert "1 users are logged out" in set_right(backup_of(NOW - age), now=NOW)
    user.refresh_from_db()
    assert user.token_generation > 3 + max(0, age.total_seconds())  # of all that she can have logged out since
    assert user.logged_out_at == NOW


def test_it_frees_leases_and_counts_fencing_numbers_on_beyond_those_given_since() -> None:
    made_at = NOW - timedelta(hours=1)
    Lease.objects.create(name="bridge", holder="one", token=7, expires_at=NOW + timedelta(hours=9), seconds=6)
    set_right(backup_of(made_at), now=NOW)
    token = lease_take(name="bridge", holder="two", now=NOW, seconds=6)
    assert token is not None
    assert token > 7 + 3_600_000  # more than one in each millisecond of the hour


def test_it_makes_no_delivery_that_may_have_been_made_since() -> None:
    user = User.objects.create(username="carla", email="carla@example.com")
    states = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.SENT)
    for number, state in enumerate(states, start=1):
        notification = Notification.objects.create(user=user, seq=number, kind="system", title="t", created_at=NOW)
        Delivery.objects.create(notification=notification, channel="email", state=state, not_before=NOW)
    assert "2 deliveries that waited are dead" in set_right(backup_of(NOW - timedelta(days=1)), now=NOW)
    dead = Delivery.objects.filter(state=DeliveryState.DEAD)
    assert [delivery.error for delivery in dead] == [
        "restored from a backup of 2026-05-03 12:00 UTC; it may have gone out since"
    ] * 2
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 1
