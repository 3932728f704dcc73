"""Notifications for tests, and the users and rules that they are of."""

from datetime import UTC, datetime, timedelta

from accounts.models import User
from alerts.events import NotificationKind, Severity
from alerts.models import AlertRule, Delivery, NotificationPreferences
from alerts.notifications.draft import NotificationDraft
from alerts.preferences.preferences import Channel
from tests.accounts.permissions import give

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """Return a moment after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def user(name: str, *, is_staff: bool = False, is_active: bool = True) -> User:
    """Make a user, whose address is confirmed."""
    own = {"username": name, "email": f"{name}@example.com", "email_confirmed_at": NOW}
    return User.objects.create(**own, is_staff=is_staff, is_active=is_active)


def broadcaster(name: str) -> User:
    """Make a member of staff who may broadcast."""
    made = user(name, is_staff=True)
    give(made, "broadcast_notification")
    return made


def rule_of(owner: User) -> AlertRule:
    """Make a rule."""
    return AlertRule.objects.create(
        owner=owner, name="BTC", symbol="BTCUSDT", conditions=[], source="price", operator="above"
    )


def draft(
    owner: User,
    title: str = "BTC is up",
    *,
    kind: NotificationKind = NotificationKind.ALERT,
    severity: Severity = Severity.INFO,
    body: str = "",
    data: str = "{}",
    channels: tuple[Channel, ...] = (),
    rule: AlertRule | None = None,
    collapse: bool = False,
) -> NotificationDraft:
    """Return a notification that is still to be stored."""
    return NotificationDraft(
        user_id=owner.pk,
        kind=kind,
        severity=severity,
        title=title,
        body=body,
        data=data,
        channels=channels,
        rule_id=rule.pk if rule else None,
        collapse=collapse,
    )


def prefer(owner: User, **columns: object) -> None:
    """Give a user preferences."""
    NotificationPreferences.objects.update_or_create(user=owner, defaults=columns)


def states(owner: User) -> dict[tuple[int, str], str]:
    """Return the state of each of a user's deliveries, by number and channel."""
    rows = Delivery.objects.filter(notification__user=owner).values_list("notification__seq", "channel", "state")
    return {(seq, channel): state for seq, channel, state in rows}


def set_states(owner: User, state: str, **which: object) -> None:
    """Let deliveries have got so far, as the workers would."""
    Delivery.objects.filter(notification__user=owner, **which).update(state=state, sent_at=NOW)
