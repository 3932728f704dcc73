"""Where the channels reach a user, over REST: an owner, another user, and nobody."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.addresses.services import MOST_BROWSERS
from alerts.deliveries.channels.email.folder import MailFolderBackend
from alerts.deliveries.channels.email.transport import mail_of
from alerts.deliveries.channels.web_push.vapid import VapidKey, new_private_key
from alerts.models import ChannelChoices, ChannelSwitch, PushSubscription, WebhookTarget
from config.mail import FOLDER_BACKEND
from tests.accounts.rest import assert_refused, bearer
from tests.alerts.deliveries.browsers import Browser
from tests.alerts.deliveries.messages import message_of

KEY = new_private_key()
BASE = "/api/v1/notifications/"
NOW = "2026-11-20T22:00:00Z"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _web_push(settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = KEY


def _ask(method: str, path: str, user: User | None, body: Mapping[str, Any] | None = None) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    return Client().generic(method, BASE + path, data, "application/json", headers=bearer(user))


def _browser(number: int = 1) -> dict[str, Any]:
    return Browser(f"https://push.example.com/{number}").subscription()


# -- browsers --------------------------------------------------------------------------------------------------------


def test_it_subscribes_a_browser(ada: User) -> None:
    given = _browser() | {"user_agent": "A browser"}
    answer = _ask("POST", "push/", ada, given)
    assert answer.status_code == 201
    row = PushSubscription.objects.get()
    assert (row.user, row.endpoint, row.p256dh, row.auth) == (ada, given["endpoint"], *given["keys"].values())
    shown = answer.json()
    assert set(shown) == {"id", "endpoint", "user_agent", "created"}
    assert (shown["id"], shown["user_agent"]) == (row.pk, "A browser")
    listed = _ask("GET", "push/", ada).json()
    assert listed == {"public_key": VapidKey(KEY).public_key, "items": [shown], "total": 1}


def test_it_keeps_one_subscription_of_a_browser_that_subscribes_again(ada: User) -> None:
    _ask("POST", "push/", ada, _browser())
    _ask("POST", "push/", ada, again := _browser())
    assert PushSubscription.objects.get().p256dh == again["keys"]["p256dh"]


def test_it_lets_nobody_take_over_the_browser_of_another_user(ada: User, bob: User) -> None:
    number = _ask("POST", "push/", ada, _browser()).json()["id"]
    before = PushSubscription.objects.values().get()
    ChannelSwitch.objects.create(user=bob, channel="web_push", reason="gone", switched_off_at=NOW)
    refused = _ask("POST", "push/", bob, _browser())
    assert_refused(refused, 409, "CONFLICT")
    assert refused.json()["error"]["message"] == "This browser is subscribed for another user"
    assert PushSubscription.objects.values().get() == before
    assert ChannelSwitch.objects.get().user == bob
    assert _ask("DELETE", f"push/{number}/", ada).status_code == 204
    assert _ask("POST", "push/", bob, _browser()).status_code == 201
    assert PushSubscription.objects.get().user == bob


def test_it_switches_web_push_on_again(ada: User) -> None:
    ChannelSwitch.objects.create(user=ada, channel="web_push", reason="gone", switched_off_at=NOW)
    _ask("POST", "push/", ada, _browser())
    assert ChannelSwitch.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": None}, "endpoint"),
        ({"endpoint": "http://127.0.0.2:1/"}, None),
        ({"endpoint": "https://10.0.0.1/push"}, "endpoint"),
        ({"endpoint": "push.example.com"}, "endpoint"),
        ({"endpoint": "https://push.example.com/" + "x" * 500}, "endpoint"),
        ({"endpoint": 7}, "endpoint"),
        ({"keys": None}, "keys"),
        ({"keys": "secret"}, "keys"),
        ({"more": 1}, "more"),
    ],
)
def test_it_refuses_what_no_browser_gives(ada: User, change: dict[str, Any], field: str | None) -> None:
    answer = _ask("POST", "push/", ada, _browser() | change)
    if field is None:
        assert answer.status_code == 201  # that network is allowed here
    else:
        assert_refused(answer, 400, "VALIDATION_ERROR", field)
        assert PushSubscription.objects.count() == 0


@pytest.mark.parametrize("key", ["p256dh", "auth"])
@pytest.mark.parametrize("value", ["", "not base64!", "AAAA", "A" * 87])
def test_it_refuses_keys_that_nothing_could_be_encrypted_for(ada: User, key: str, value: str) -> None:
    given = _browser()
    given["keys"][key] = value
    assert_refused(_ask("POST", "push/", ada, given), 400, "VALIDATION_ERROR", f"keys.{key}")


def test_it_subscribes_only_so_many_browsers_of_a_user(ada: User) -> None:
    for number in range(MOST_BROWSERS):
        assert _ask("POST", "push/", ada, _browser(number)).status_code == 201
    assert_refused(_ask("POST", "push/", ada, _browser(MOST_BROWSERS)), 409, "CONFLICT")
    assert _ask("POST", "push/", ada, _browser(0)).status_code == 201


def test_it_subscribes_nobody_where_web_push_is_off(ada: User, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    assert_refused(_ask("POST", "push/", ada, _browser()), 503, "UNAVAILABLE")
    assert _ask("GET", "push/", ada).json()["public_key"] is None


def test_it_forgets_a_browser_of_ones_own_only(ada: User, bob: User) -> None:
    number = _ask("POST", "push/", ada, _browser()).json()["id"]
    assert_refused(_ask("DELETE", f"push/{number}/", bob), 404, "NOT_FOUND")
    assert _ask("GET", "push/", bob).json()["items"] == []
    assert _ask("DELETE", f"push/{number}/", ada).status_code == 204
    assert_refused(_ask("DELETE", f"push/{number}/", ada), 404, "NOT_FOUND")


# -- the webhook -----------------------------------------------------------------------------------------------------


def test_it_shows_the_secret_of_a_webhook_once(ada: User) -> None:
    assert _ask("GET", "webhook/", ada).json() == {"url": None, "updated": None}
    first = _ask("PUT", "webhook/", ada, {"url": "https://example.com/hook"}).json()
    assert first["secret"] == WebhookTarget.objects.get().secret
    assert len(first["secret"]) >= 43
    moved = _ask("PUT", "webhook/", ada, {"url": "https://example.com/new"}).json()
    assert (moved["url"], moved["secret"]) == ("https://example.com/new", None)
    assert WebhookTarget.objects.get().secret == first["secret"]
    assert set(_ask("GET", "webhook/", ada).json()) == {"url", "updated"}


def test_it_makes_a_new_secret_when_asked(ada: User) -> None:
    first, second = (
        _ask("PUT", "webhook/", ada, {"url": "https://example.com/hook", "new_secret": True}).json() for _ in range(2)
    )
    assert first["secret"] != second["secret"] == WebhookTarget.objects.get().secret


def test_it_switches_the_webhook_on_again(ada: User) -> None:
    ChannelSwitch.objects.create(user=ada, channel="webhook", reason="gone", switched_off_at=NOW)
    _ask("PUT", "webhook/", ada, {"url": "https://example.com/hook"})
    assert ChannelSwitch.objects.count() == 0


@pytest.mark.parametrize(
    "url", [None, "", 7, "example.com", "ftp://example.com/", "http://10.0.0.1/", "http://[::1]/", "https://a:b@c.com/"]
)
def test_it_refuses_a_webhook_that_could_not_be_posted_to(ada: User, url: Any) -> None:
    assert_refused(_ask("PUT", "webhook/", ada, {"url": url}), 400, "VALIDATION_ERROR", "url")
    assert WebhookTarget.objects.count() == 0


def test_it_keeps_the_webhooks_of_users_apart(ada: User, bob: User) -> None:
    _ask("PUT", "webhook/", ada, {"url": "https://example.com/ada"})
    assert _ask("GET", "webhook/", bob).json()["url"] is None
    assert _ask("DELETE", "webhook/", bob).status_code == 204
    assert _ask("GET", "webhook/", ada).json()["url"] == "https://example.com/ada"
    assert _ask("DELETE", "webhook/", ada).status_code == 204
    assert _ask("GET", "webhook/", ada).json()["url"] is None


# -- the channels ----------------------------------------------------------------------------------------------------


def test_it_tells_which_channels_can_reach_a_user(ada: User) -> None:
    channels = {item["channel"]: item for item in _ask("GET", "channels/", ada).json()["items"]}
    assert set(channels) == {channel.value for channel in ChannelChoices}
    assert {name for name, state in channels.items() if state["available"]} == {"websocket", "email"}
    assert channels["email"]["target"] == "ada@example.com"
    assert channels["webhook"]["reason"] == "No webhook address is set"
    assert channels["web_push"]["reason"] == "No browser is subscribed"


def test_it_tells_where_a_channel_reaches_and_why_it_is_switched_off(ada: User, settings: Settings) -> None:
    _ask("POST", "push/", ada, _browser(1))
    _ask("POST", "push/", ada, _browser(2))
    _ask("PUT", "webhook/", ada, {"url": "https://example.com/hook"})
    ChannelSwitch.objects.create(user=ada, channel="webhook", reason="it is gone", switched_off_at=NOW)
    channels = {item["channel"]: item for item in _ask("GET", "channels/", ada).json()["items"]}
    assert channels["web_push"]["target"] == "2 browsers"
    assert channels["webhook"]["target"] == "https://example.com/hook"
    assert channels["webhook"]["switched_off"] == {"reason": "it is gone", "at": "2026-11-20T22:00:00.000Z"}
    settings.VAPID_PRIVATE_KEY = ""
    assert _ask("GET", "channels/", ada).json()["items"][2]["reason"] == "Web push is off here"


# -- the mails of the folder -----------------------------------------------------------------------------------------


@pytest.fixture
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.EMAIL_BACKEND = FOLDER_BACKEND


@pytest.mark.usefixtures("_folder")
def test_it_shows_users_their_own_mails_newest_first(ada: User, bob: User) -> None:
    for number in range(3):
        message = message_of(ChannelChoices.EMAIL, title=f"Mail {number}", user_id=ada.pk)
        MailFolderBackend().send_messages([mail_of(message)])
    shown = _ask("GET", "mails/?limit=2&offset=1", ada).json()
    assert (len(shown["items"]), shown["total"]) == (2, 3)
    assert set(shown["items"][0]) == {"id", "subject", "from", "to", "sent", "text"}
    assert {mail["subject"] for mail in _ask("GET", "mails/", ada).json()["items"]} == {"Mail 0", "Mail 1", "Mail 2"}
    assert _ask("GET", "mails/", bob).json() == {"items": [], "total": 0}


@pytest.mark.usefixtures("_folder")
def test_it_refuses_a_wrong_part_of_the_mails(ada: User) -> None:
    assert_refused(_ask("GET", "mails/?limit=0", ada), 400, "VALIDATION_ERROR", "limit")


def test_it_shows_no_mails_where_they_go_to_a_server(ada: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert_refused(_ask("GET", "mails/", ada), 404, "NOT_FOUND")


def test_it_says_to_confirm_the_address_before_mail_can_come(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(email_confirmed_at=None)
    items = _ask("GET", "channels/", ada).json()["items"]
    (email,) = [item for item in items if item["channel"] == "email"]
    reason = "Confirm the address ada@example.com first: it gets no mail before"
    assert (email["available"], email["reason"], email["target"]) == (False, reason, "ada@example.com")
