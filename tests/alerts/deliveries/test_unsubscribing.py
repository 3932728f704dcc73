"""The link in a mail that ends such mails: in one click, or by a page that asks."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.signing import Signer
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.addresses.channel_switches import channel_switch_off
from alerts.deliveries.unsubscribing.links import Subscription, subscription_of, unsubscribe_url
from alerts.events import NotificationKind, Severity
from alerts.models import AlertRule, ChannelChoices, Delivery, NotificationPreferences
from alerts.preferences.preferences import Channel
from alerts.preferences.selectors import preferences_of
from tests.alerts.deliveries.notifying import draft_of, rule_of, states, tell

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ALERT, ORDER = NotificationKind.ALERT, NotificationKind.ORDER
pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    """Return a browser or mail program that has no cookie, and whose forms are checked."""
    return Client(enforce_csrf_checks=True)


def _path(user: User, kind: NotificationKind = ALERT) -> str:
    return urlsplit(unsubscribe_url(Subscription(user.pk, kind))).path


def _channels(user: User, kind: NotificationKind) -> tuple[Channel, ...]:
    return preferences_of(user.pk).channels_of(kind, Severity.CRITICAL)


def _choose(user: User, **kinds: list[str]) -> None:
    NotificationPreferences.objects.update_or_create(user=user, defaults={"kinds": kinds})


def test_it_ends_mails_of_the_kind_in_one_click_without_a_login(browser: Client, ada: User, bob: User) -> None:
    for user in (ada, bob):
        _choose(user, alert=["email", "webhook"], order=["email"])
    answer = browser.post(_path(ada), ONE_CLICK)
    assert answer.status_code == 200
    assert b"mailed to you no more" in answer.content
    assert (_channels(ada, ALERT), _channels(ada, ORDER)) == ((Channel.WEBHOOK,), (Channel.EMAIL,))
    assert _channels(bob, ALERT) == (Channel.EMAIL, Channel.WEBHOOK)


def test_it_ends_mails_of_what_is_critical_where_nothing_was_chosen(browser: Client, ada: User) -> None:
    browser.post(_path(ada), ONE_CLICK)
    assert (_channels(ada, ALERT), _channels(ada, ORDER)) == ((Channel.WEBSOCKET,), (Channel.WEBSOCKET, Channel.EMAIL))


def test_it_ends_all_mails_where_that_is_chosen(browser: Client, ada: User) -> None:
    _choose(ada, order=["email"])
    assert b"No notification is mailed" in browser.post(_path(ada), {"what": "all"}).content
    assert not any(Channel.EMAIL in _channels(ada, kind) for kind in NotificationKind)


def test_it_ends_those_of_rules_that_chose_email_by_themselves_and_what_waits(browser: Client, ada: User) -> None:
    by_mail, by_both, of_the_page = rule_of(ada), rule_of(ada), rule_of(ada)
    AlertRule.objects.filter(pk=by_mail.pk).update(channels=["email"])
    AlertRule.objects.filter(pk=by_both.pk).update(channels=["websocket", "email"])
    tell(*[draft_of(ada, Channel.EMAIL, kind=kind) for kind in (ALERT, ORDER)], now=NOW)
    browser.post(_path(ada), ONE_CLICK)
    rows = AlertRule.objects.order_by("pk").values_list("pk", "channels")
    assert dict(rows) == {by_mail.pk: [], by_both.pk: ["websocket"], of_the_page.pk: []}
    assert states() == ["cancelled", "waiting"]
    assert Delivery.objects.order_by("pk")[0].error == "mails of this kind were unsubscribed from"


def test_it_leaves_a_channel_off_that_could_not_reach_the_user(browser: Client, ada: User) -> None:
    _choose(ada, alert=["email", "webhook"])
    channel_switch_off(user_id=ada.pk, channel=ChannelChoices.WEBHOOK, reason="it is gone", now=NOW)
    browser.post(_path(ada), ONE_CLICK)
    assert _channels(ada, ALERT) == (Channel.WEBHOOK,)
    assert preferences_of(ada.pk).switched_off == {Channel.WEBHOOK}


@pytest.mark.parametrize(
    ("what", "told_by"), [(ONE_CLICK, ["websocket", "email"]), ({"what": "all"}, ["websocket"])], ids=["alerts", "all"]
)
def test_it_mails_of_a_channel_that_is_switched_off_unless_such_mails_were_ended(
    browser: Client, ada: User, what: dict[str, str], told_by: list[str]
) -> None:
    browser.post(_path(ada), what)
    channel_switch_off(user_id=ada.pk, channel=ChannelChoices.WEBHOOK, reason="it is gone", now=NOW)
    assert list(Delivery.objects.order_by("pk").values_list("channel", flat=True)) == told_by


@pytest.mark.parametrize("method", ["get", "head"])
def test_it_changes_nothing_where_it_is_only_opened(browser: Client, ada: User, method: str) -> None:
    _choose(ada, alert=["email"])
    answer: Any = getattr(browser, method)(_path(ada))
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    assert _channels(ada, ALERT) == (Channel.EMAIL,)
    assert method == "head" or b"No more mails of the kind" in answer.content


def test_it_may_be_done_twice(browser: Client, ada: User) -> None:
    _choose(ada, alert=["email"])
    assert [browser.post(_path(ada), ONE_CLICK).status_code for _ in range(2)] == [200, 200]
    assert _channels(ada, ALERT) == ()


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "eyJ1c2VyIjoxfQ:x",
        Signer(salt="another purpose").sign_object({"user": 1, "kind": "alert"}),
        Signer(salt="alerts.deliveries.unsubscribing").sign_object({"user": 1, "kind": "unheard of"}),
        Signer(salt="alerts.deliveries.unsubscribing").sign_object({"user": 10**9, "kind": "alert"}),
        "a:" * 2000,
    ],
    ids=["nothing", "forged", "another purpose", "unknown kind", "no user", "long"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_refuses_what_was_not_signed_for_this(browser: Client, ada: User, token: str, method: str) -> None:
    answer: Any = getattr(browser, method)(f"/account/unsubscribe/{token}", ONE_CLICK)
    assert answer.status_code == 404
    assert b"This link ends no mails" in answer.content
    assert not NotificationPreferences.objects.exists()


def test_it_is_signed_by_the_deployment(ada: User, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://prices.example.com"
    link = unsubscribe_url(Subscription(ada.pk, ALERT))
    assert link.startswith("https://prices.example.com/account/unsubscribe/")
    token = link.rpartition("/")[2]
    assert subscription_of(token) == Subscription(ada.pk, ALERT)
    assert subscription_of(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
