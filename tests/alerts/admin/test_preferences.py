"""The admin's page of preferences: it shows and changes what a user chose, as every interface does."""

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from alerts.models import ChannelSwitch, NotificationPreferences, PushSubscription, WebhookTarget
from tests.accounts.admin.browsers import StaffWith, text_of

LIST = "/admin/alerts/notificationpreferences/"
QUIET = {"quiet_start": "22:30", "quiet_end": "07:00", "timezone": "Europe/Berlin"}


@pytest.fixture
def chosen(owner: User) -> NotificationPreferences:
    """Return Ada's preferences."""
    return NotificationPreferences.objects.create(
        user=owner, kinds={"alert": ["email", "websocket"], "grid": []}, quiet_start=time(23), quiet_end=time(6)
    )


def _page(preferences: NotificationPreferences) -> str:
    return f"{LIST}{preferences.pk}/change/"


def _filled(page: Any) -> dict[str, Any]:
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_it_lists_what_users_chose(administrator: Client, chosen: NotificationPreferences) -> None:
    ChannelSwitch.objects.create(user=chosen.user, channel="webhook", reason="410 Gone", switched_off_at=timezone.now())
    page = text_of(administrator.get(LIST))
    for word in ("Ada", "23:00 to 06:00 UTC", "alert", "grid", "Webhook: 410 Gone"):
        assert word in page


def test_it_shows_where_the_channels_reach_a_user_and_no_secret(
    administrator: Client, chosen: NotificationPreferences
) -> None:
    WebhookTarget.objects.create(user=chosen.user, url="https://example.com/hook", secret="very-secret")
    PushSubscription.objects.create(
        user=chosen.user, endpoint="https://push.example.com/capability", p256dh="key-p", auth="key-a"
    )
    page = text_of(administrator.get(_page(chosen)))
    assert "ada@example.com, 1 browser(s), https://example.com/hook" in page
    for secret in ("very-secret", "capability", "key-p", "key-a"):
        assert secret not in page


def test_it_saves_what_it_shows(administrator: Client, chosen: NotificationPreferences) -> None:
    assert administrator.post(_page(chosen), _filled(administrator.get(_page(chosen)))).status_code == 302
    after = NotificationPreferences.objects.get()
    assert after.kinds == {"alert": ["email", "websocket"], "grid": []}
    assert (after.quiet_start, after.quiet_end, after.digest, after.escalate) == (time(23), time(6), True, False)


def test_it_changes_preferences_and_tries_a_channel_again(
    administrator: Client, chosen: NotificationPreferences
) -> None:
    ChannelSwitch.objects.create(user=chosen.user, channel="webhook", reason="gone", switched_off_at=timezone.now())
    form = QUIET | {"alert": "webhook, email", "system": "none", "escalate": "on", "vibration": "on"}
    assert administrator.post(_page(chosen), form).status_code == 302
    after = NotificationPreferences.objects.get()
    assert after.kinds == {"alert": ["webhook", "email"], "system": []}
    assert (after.quiet_start, after.quiet_end, after.timezone) == (time(22, 30), time(7), "Europe/Berlin")
    assert (after.digest, after.escalate, after.sound, after.vibration) == (False, True, False, True)
    assert not ChannelSwitch.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"alert": "pigeon"}, "alert", "must be one of"),
        ({"quiet_start": "25:00"}, "quiet_start", "a time of day"),
        ({"quiet_start": ""}, "quiet_start", "required"),
        ({"quiet_end": "22:30"}, "quiet_end", "must differ"),
        ({"timezone": "Moon/Base"}, "timezone", "IANA time zone"),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(
    administrator: Client, chosen: NotificationPreferences, given: dict[str, str], field: str, sentence: str
) -> None:
    before = NotificationPreferences.objects.values().get()
    answer = administrator.post(_page(chosen), QUIET | given)
    assert answer.status_code == 200
    assert sentence in str(answer.context["adminform"].form.errors[field])
    assert NotificationPreferences.objects.values().get() == before


def test_it_gives_the_defaults_again_to_whose_are_deleted(
    administrator: Client, chosen: NotificationPreferences
) -> None:
    assert administrator.post(f"{LIST}{chosen.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not NotificationPreferences.objects.exists()


def test_it_lets_those_look_who_may_only_look(staff_with: StaffWith, chosen: NotificationPreferences) -> None:
    staff = staff_with("view_notificationpreferences")
    page = text_of(staff.get(_page(chosen)))
    assert "23:00 to 06:00 UTC" in page
    assert "_save" not in page
    assert staff.post(_page(chosen), QUIET).status_code == 403
    assert staff.post(f"{LIST}{chosen.pk}/delete/", {"post": "yes"}).status_code == 403


def test_it_refuses_staff_without_permission(staff_with: StaffWith, chosen: NotificationPreferences) -> None:
    assert staff_with().get(LIST).status_code == 403
