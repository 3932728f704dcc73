"""Notifications that other apps have their users told: stored with what happened, or not at all."""

import pytest
from django.db import transaction

from accounts.models import User
from alerts.models import Notification
from streaming.installed import notices_store
from streaming.notices import Notice, NotificationKind, Severity
from tests.alerts.notifications.drafts import NOW, states

pytestmark = pytest.mark.django_db


def test_it_stores_what_another_app_has_a_user_told(ada: User, bob: User) -> None:
    notices = [
        Notice(user_id=ada.pk, kind=NotificationKind.ORDER, title="BTCUSDT: bought 0.001", data='{"order":"ord_1"}'),
        Notice(user_id=bob.pk, kind=NotificationKind.GRID, severity=Severity.CRITICAL, title="Grid failed", body="why"),
    ]
    notices_store(notices, now=NOW)
    rows = Notification.objects.order_by("user__username")
    assert [(row.user, row.kind, row.severity, row.title, row.body, row.data) for row in rows] == [
        (ada, "order", "info", "BTCUSDT: bought 0.001", "", '{"order":"ord_1"}'),
        (bob, "grid", "critical", "Grid failed", "why", "{}"),
    ]
    assert states(ada) == {(1, "websocket"): "waiting"}


def test_it_stores_nothing_of_what_did_not_happen(ada: User) -> None:
    with transaction.atomic():
        notices_store([Notice(user_id=ada.pk, kind=NotificationKind.ORDER, title="filled")], now=NOW)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
