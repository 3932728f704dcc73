"""Sending a test by a channel, and what became of the newest notifications by it: over REST, and to a real receiver."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.addresses.channel_tests import channel_test_send
from alerts.deliveries.selectors import MOST_RESULTS
from alerts.models import ChannelSwitch, Delivery, DeliveryState, Notification, NotificationPreferences, WebhookTarget
from alerts.preferences.preferences import Channel
from streaming.times import milliseconds
from tests.accounts.rest import assert_refused, bearer
from tests.alerts.deliveries.http_receiver import http_receiver
from tests.alerts.deliveries.notifying import DeliveryRig, draft_of, tell

BASE = "/api/v1/notifications/channels/"
RESULTS = "results/?channel=webhook"
NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def _ask(method: str, path: str, user: User | None, body: Mapping[str, Any] | None = None) -> Any:
    data = b"" if body is None else json.dumps(body).encode()
    return Client().generic(method, BASE + path, data, "application/json", headers=bearer(user))


def _send_test(user: User | None, channel: str = "webhook") -> Any:
    return _ask("POST", "test/", user, {"channel": channel})


def _webhook_of(user: User, url: str = "https://example.com/hook") -> None:
    WebhookTarget.objects.create(user=user, url=url, secret="a secret")


# -- over REST -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_stores_a_notification_that_goes_out_by_that_channel_only(ada: User) -> None:
    _webhook_of(ada)
    answer = _send_test(ada)
    assert answer.status_code == 202
    delivery = Delivery.objects.select_related("notification").get()
    assert (delivery.channel, delivery.notification.user, delivery.held) == ("webhook", ada, False)
    shown = answer.json()
    assert shown["notification"] == delivery.notification_id
    assert (shown["state"], shown["attempts"], shown["time"], shown["took_ms"]) == ("waiting", 0, None, None)
    assert _ask("GET", RESULTS, ada).json() == {"items": [shown], "total": 1}


@pytest.mark.django_db
def test_it_sends_no_test_to_nowhere(ada: User) -> None:
    refused = _send_test(ada)
    assert_refused(refused, 409, "CONFLICT")
    assert refused.json()["error"]["message"] == "No webhook address is set"
    assert Notification.objects.count() == 0


@pytest.mark.django_db
def test_it_sends_no_test_by_a_channel_that_is_switched_off(ada: User) -> None:
    _webhook_of(ada)
    ChannelSwitch.objects.create(user=ada, channel="webhook", reason="it is gone", switched_off_at=NOW)
    refused = _send_test(ada)
    assert_refused(refused, 409, "CONFLICT")
    assert refused.json()["error"]["message"] == "It is switched off: it is gone"
    assert Notification.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("channel", [None, "", "pigeon", 7])
def test_it_refuses_a_channel_that_there_is_not(ada: User, channel: Any) -> None:
    assert_refused(_send_test(ada, channel), 400, "VALIDATION_ERROR", "channel")
    assert_refused(_ask("GET", f"results/?channel={channel}", ada), 400, "VALIDATION_ERROR", "channel")


@pytest.mark.django_db
def test_it_sends_only_so_many_tests_of_a_user(ada: User, bob: User, settings: Settings) -> None:
    cache.clear()
    settings.THROTTLE_CHANNEL_TESTS = "2/min"
    _webhook_of(ada)
    _webhook_of(bob)
    assert [_send_test(ada).status_code for _ in range(3)] == [202, 202, 429]
    assert _send_test(bob).status_code == 202
    assert Notification.objects.filter(user=ada).count() == 2


@pytest.mark.django_db
def test_it_waits_for_the_end_of_quiet_hours_as_any_other(ada: User) -> None:
    _webhook_of(ada)
    quiet = {"quiet_start": "21:00", "quiet_end": "07:00", "timezone": "UTC"}
    NotificationPreferences.objects.create(user=ada, **quiet)
    delivery = channel_test_send(user_id=ada.pk, channel=Channel.WEBHOOK, now=NOW)
    assert (delivery.held, delivery.not_before) == (True, NOW + timedelta(hours=9))


@pytest.mark.django_db
def test_it_tells_the_newest_results_of_ones_own_by_that_channel(ada: User, bob: User) -> None:
    for user in (ada, bob):
        _webhook_of(user)
    for number in range(MOST_RESULTS + 1):
        tell(draft_of(ada, Channel.WEBSOCKET, Channel.WEBHOOK, title=f"Number {number}"))
    tell(draft_of(bob, Channel.WEBHOOK, title="Bob's"))
    titles = [item["title"] for item in _ask("GET", RESULTS, ada).json()["items"]]
    assert titles == [f"Number {number}" for number in range(MOST_RESULTS, 0, -1)]
    assert [item["title"] for item in _ask("GET", RESULTS, bob).json()["items"]] == ["Bob's"]
    assert _ask("GET", RESULTS, None).status_code == 401


# -- to a receiver ---------------------------------------------------------------------------------------------------


async def test_it_tells_when_each_was_tried_how_long_it_took_and_why_it_failed(rig: DeliveryRig) -> None:
    async with http_receiver() as receiver:
        receiver.answers = [(204, {}), (410, {})]
        receiver.thinking = lambda: 0.05
        await sync_to_async(_webhook_of)(rig.user, f"{receiver.url}/hook")
        began = datetime.now(UTC)
        rig.start()
        await sync_to_async(_send_test)(rig.user)
        await rig.until_states(DeliveryState.SENT)
        await sync_to_async(_send_test)(rig.user)
        await rig.until_states(DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.SENT)
        dead, sent = (await sync_to_async(_ask)("GET", RESULTS, rig.user)).json()["items"]
    assert (sent["state"], sent["reason"], sent["attempts"], sent["due"]) == ("sent", None, 1, None)
    assert (dead["state"], dead["reason"]) == ("dead", "the webhook answered 410: it is gone")
    for item in (sent, dead):
        assert item["took_ms"] >= 50
        assert milliseconds(datetime.fromisoformat(item["time"])) >= milliseconds(began)


async def test_it_counts_tests_for_the_cap(rig: DeliveryRig, settings: Settings) -> None:
    settings.DELIVERIES_WEBHOOK_PER_HOUR = 1
    async with http_receiver() as receiver:
        await sync_to_async(_webhook_of)(rig.user, f"{receiver.url}/hook")
        for _ in range(2):
            await sync_to_async(_send_test)(rig.user)
        rig.start()
        await rig.until_states(DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.SENT)  # one tells of the cap
        waiting = (await sync_to_async(_ask)("GET", RESULTS, rig.user)).json()["items"][0]
        assert len(receiver.received) == 1
    assert (waiting["state"], waiting["attempts"], waiting["reason"][:12]) == ("waiting", 0, "over the cap")


async def test_it_reaches_no_network_that_webhooks_may_not_reach(rig: DeliveryRig, settings: Settings) -> None:
    settings.DELIVERIES_ALLOWED_NETWORKS = []
    async with http_receiver() as receiver:
        await sync_to_async(_webhook_of)(rig.user, f"{receiver.url}/hook")
        rig.start()
        await sync_to_async(_send_test)(rig.user)
        await rig.until_states(DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.SENT)  # the user is told by others
        assert receiver.received == []
        (item,) = (await sync_to_async(_ask)("GET", RESULTS, rig.user)).json()["items"]
    assert item["reason"] == "127.0.0.1 is not an address of the public internet"
