"""Changing preferences: what isn't named stays, switched-off channels come back, held deliveries follow."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.channels.web_push.vapid import new_private_key
from alerts.events import NotificationKind, Severity
from alerts.models import ChannelSwitch, Delivery, NotificationPreferences, PushSubscription, WebhookTarget
from alerts.notifications.services import notifications_store
from alerts.preferences.parameters import PreferencesGiven
from alerts.preferences.preferences import SERVICES, Channel, Preferences
from alerts.preferences.selectors import preferences_of
from alerts.preferences.services import preferences_set
from streaming.commands.parameters import reader_of
from tests.alerts.notifications.drafts import NOW, draft, set_states, user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DEFAULTS = Preferences(without_target=frozenset({Channel.WEB_PUSH, Channel.WEBHOOK, *SERVICES}))
"""Of a user with nothing but an email address."""
read = reader_of(PreferencesGiven)


@pytest.fixture
def ada(db: None) -> User:
    """Return a user."""
    return user("Ada")


def choose(owner: User, **given: Any) -> Preferences:
    """Change preferences, and return all of them."""
    preferences_set(user_id=owner.pk, given=read(given), now=NOW)
    return preferences_of(owner.pk)


def quiet(start: str, end: str) -> dict[str, str]:
    """Return quiet hours in UTC."""
    return {"start": start, "end": end, "timezone": "UTC"}


def test_it_has_the_defaults_for_whoever_chose_nothing(ada: User) -> None:
    assert preferences_of(ada.pk) == DEFAULTS
    assert choose(ada) == DEFAULTS


def test_it_leaves_what_is_not_named_as_it_is(ada: User) -> None:
    before = choose(ada, kinds={"alert": ["email"]}, quiet_hours=quiet("22:00", "07:00"), digest=False, escalate=True)
    assert choose(ada) == before
    after = choose(ada, kinds={"order": []}, digest=True)
    assert after.kinds == {NotificationKind.ALERT: (Channel.EMAIL,), NotificationKind.ORDER: ()}
    assert (after.quiet_hours, after.digest, after.escalate) == (before.quiet_hours, True, True)


def test_it_returns_to_the_default_by_null(ada: User) -> None:
    choose(ada, kinds={"alert": ["email"]}, quiet_hours=quiet("22:00", "07:00"))
    assert choose(ada, kinds={"alert": None}, quiet_hours=None) == DEFAULTS


def test_it_names_each_channel_once_in_the_order_given(ada: User) -> None:
    chosen = choose(ada, kinds={"alert": ["web_push", "email", "web_push"]})
    assert chosen.kinds == {NotificationKind.ALERT: (Channel.WEB_PUSH, Channel.EMAIL)}


def test_it_keeps_users_apart(ada: User) -> None:
    choose(ada, digest=False)
    assert preferences_of(user("Bob").pk) == DEFAULTS


def test_it_switches_a_channel_on_again_that_is_chosen_anew(ada: User) -> None:
    for channel in ("email", "webhook"):
        ChannelSwitch.objects.create(user=ada, channel=channel, reason="gone", switched_off_at=NOW)
    assert choose(ada, digest=False).switched_off == {Channel.EMAIL, Channel.WEBHOOK}
    assert choose(ada, kinds={"order": ["email"]}).switched_off == {Channel.WEBHOOK}


@pytest.mark.parametrize(
    ("chosen", "moved"),
    [(quiet("10:00", "16:00"), 2 * HOUR), (quiet("10:00", "13:00"), -HOUR), (quiet("22:00", "07:00"), -2 * HOUR)],
)
def test_it_lets_what_is_held_wait_for_the_new_end_of_quiet_hours(
    ada: User, chosen: dict[str, str], moved: timedelta
) -> None:
    choose(ada, quiet_hours=quiet("11:00", "14:00"))
    notifications_store(drafts=[draft(ada)], now=NOW)
    before = Delivery.objects.get().not_before
    choose(ada, quiet_hours=chosen)
    assert Delivery.objects.get().not_before - before == moved


def test_it_releases_what_is_held_where_quiet_hours_are_ended(ada: User, bob: User) -> None:
    for owner in (ada, bob):
        choose(owner, quiet_hours=quiet("11:00", "14:00"), escalate=True, kinds={"alert": ["websocket", "email"]})
        notifications_store(drafts=[draft(owner)], now=NOW)
    choose(ada, quiet_hours=None)
    own = Delivery.objects.filter(notification__user=ada).order_by("pk").values_list("not_before", flat=True)
    assert list(own) == [NOW, NOW + timedelta(seconds=30)]
    assert Delivery.objects.filter(notification__user=bob, not_before__lt=NOW + 2 * HOUR).count() == 0


@pytest.mark.parametrize(
    ("chosen", "due"), [(None, NOW), (quiet("14:00", "16:00"), NOW), (quiet("11:00", "13:00"), NOW + HOUR)]
)
def test_it_releases_what_is_held_for_quiet_hours_that_end_before_they_have_begun(
    ada: User, chosen: dict[str, str] | None, due: datetime
) -> None:
    notifications_store(drafts=[draft(ada)], now=NOW)
    Delivery.objects.update(attempts=1, not_before=NOW + HOUR / 2, error="it failed")
    choose(ada, quiet_hours=quiet("12:15", "18:00"))
    assert Delivery.objects.get().not_before == NOW + 6 * HOUR
    choose(ada, quiet_hours=chosen)
    assert Delivery.objects.get().not_before == due


def test_it_leaves_a_channel_time_to_be_acknowledged_where_the_next_one_is_released(ada: User) -> None:
    begin, patience = NOW - timedelta(seconds=10), timedelta(seconds=30)
    choose(ada, quiet_hours=quiet("12:00", "18:00"), escalate=True, kinds={"alert": ["websocket", "email"]})
    notifications_store(drafts=[draft(ada)], now=begin)
    set_states(ada, "sent", channel="websocket")
    Delivery.objects.filter(channel="websocket").update(sent_at=begin)
    assert Delivery.objects.get(held=True).not_before == NOW + 6 * HOUR
    choose(ada, quiet_hours=None)
    assert Delivery.objects.get(held=True).not_before == begin + patience


@pytest.fixture
def bob(db: None) -> User:
    """Return another user."""
    return user("Bob")


def test_it_has_one_row_for_each_user(ada: User) -> None:
    choose(ada, digest=False)
    choose(ada, digest=True)
    assert NotificationPreferences.objects.count() == 1


def test_it_knows_where_a_channel_has_nowhere_to_reach_the_user(ada: User, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    PushSubscription.objects.create(user=ada, endpoint="https://push.example.com/1", p256dh="", auth="")
    WebhookTarget.objects.create(user=ada, url="https://example.com", secret="a secret")
    assert preferences_of(ada.pk).without_target == frozenset(SERVICES)
    settings.VAPID_PRIVATE_KEY = ""
    assert preferences_of(ada.pk).without_target == {Channel.WEB_PUSH, *SERVICES}


def test_it_plans_no_channel_that_has_nowhere_to_reach_the_user(ada: User) -> None:
    notifications_store(drafts=[draft(ada, channels=(Channel.WEBHOOK, Channel.EMAIL))], now=NOW)
    notifications_store(drafts=[draft(ada, channels=(Channel.WEB_PUSH, Channel.WEBHOOK))], now=NOW)
    assert list(Delivery.objects.order_by("pk").values_list("channel", flat=True)) == ["email", "websocket"]


@pytest.mark.parametrize(("email", "is_off"), [("new@example.com", False), ("Ada@example.com", True)])
def test_it_switches_email_on_again_with_another_address(ada: User, email: str, is_off: bool) -> None:
    ChannelSwitch.objects.create(user=ada, channel="email", reason="gone", switched_off_at=NOW)
    ada.email = email
    ada.save()
    assert ChannelSwitch.objects.exists() == is_off


def test_it_holds_what_waits_already_and_would_go_out_within_new_quiet_hours(ada: User, bob: User) -> None:
    for owner in (ada, bob):
        notifications_store(drafts=[draft(owner), draft(owner, severity=Severity.CRITICAL)], now=NOW - HOUR)
    late = Delivery.objects.filter(notification__user=ada, notification__severity="info").get()
    choose(ada, quiet_hours=quiet("11:30", "14:00"))
    held = Delivery.objects.get(held=True)
    assert (held.pk, held.not_before) == (late.pk, NOW + 2 * HOUR)
    choose(ada, quiet_hours=quiet("11:30", "13:00"))
    assert Delivery.objects.get(held=True).not_before == NOW + HOUR


def test_it_holds_a_retry_that_new_quiet_hours_begin_before(ada: User) -> None:
    notifications_store(drafts=[draft(ada)], now=NOW)
    Delivery.objects.update(attempts=1, not_before=NOW + HOUR, error="it failed")
    choose(ada, quiet_hours=quiet("12:30", "14:00"))
    assert Delivery.objects.values_list("held", "not_before").get() == (True, NOW + 2 * HOUR)
