"""Delivery by web push, to a local push service and a browser that decrypts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from alerts.deliveries.channels.web_push.transport import WebPushTransport
from alerts.deliveries.channels.web_push.vapid import VapidKey, new_private_key
from alerts.deliveries.errors import DeliveryFailedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks
from alerts.models import ChannelChoices, ChannelSwitch, DeliveryState, PushSubscription
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.browsers import Browser, claims_of
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.look_ups import look_ups
from tests.alerts.deliveries.messages import TIME, message_of
from tests.alerts.deliveries.notifying import DeliveryRig
from tests.manual_clock import ManualClock

KEY = VapidKey(new_private_key(), "mailto:ops@example.com")
WEB_PUSH = ChannelChoices.WEB_PUSH


@pytest.fixture
async def service() -> AsyncIterator[HttpReceiver]:
    """Return a push service."""
    async with http_receiver() as receiver:
        yield receiver


class _Pushing:
    """A transport, and which subscriptions it has forgotten."""

    def __init__(self, key: VapidKey | None = KEY) -> None:
        self.forgotten: list[int] = []
        self._transport = WebPushTransport(
            key,
            forget=self._forget,
            allowed=AllowedNetworks(["127.0.0.0/8"]),
            look_ups=look_ups(),
            timeout_seconds=5,
            clock=ManualClock(TIME),
        )

    async def _forget(self, number: int) -> None:
        self.forgotten.append(number)

    async def send(self, *browsers: Browser, **fields: Any) -> None:
        addresses = tuple(browser.address(number) for number, browser in enumerate(browsers, start=1))
        await self._transport.send(message_of(WEB_PUSH, browsers=addresses, **fields))


async def test_it_encrypts_so_that_only_the_browser_reads_it(service: HttpReceiver) -> None:
    browser = Browser(f"{service.url}/push/1")
    await _Pushing().send(browser)
    (request,) = service.received
    assert b"BTCUSDT" not in request.body
    assert browser.read(request) == {
        "id": 3,
        "seq": 2,
        "kind": "alert",
        "severity": "info",
        "title": "BTCUSDT above 100.10",
        "body": "It is 100.2",
        "rule": 7,
        "created": "2025-11-20T22:00:00.000Z",
        "count": 1,
        "data": {"symbol": "BTCUSDT"},
    }
    assert (request.path, request.headers["ttl"], request.headers["urgency"]) == ("/push/1", "86400", "normal")


async def test_it_says_who_pushes(service: HttpReceiver) -> None:
    await _Pushing().send(Browser(f"{service.url}/push/1"))
    claims = claims_of(service.received[0], KEY.public_key, service.url)
    assert claims["sub"] == "mailto:ops@example.com"
    assert 0 < claims["exp"] - TIME // 1000 <= 86_400


async def test_it_stays_within_what_a_push_service_takes(service: HttpReceiver) -> None:
    browser = Browser(f"{service.url}/push/1")
    await _Pushing().send(browser, title="€" * 200, body="€" * 2000)
    (request,) = service.received
    assert len(request.body) <= 4096
    assert browser.read(request)["body"].startswith("€€€")


async def test_it_is_sent_where_one_browser_takes_it_and_the_other_is_gone(service: HttpReceiver) -> None:
    pushing = _Pushing()
    service.answers = [(410, {})]
    browsers = [Browser(f"{service.url}/push/{number}") for number in (1, 2)]
    await pushing.send(*browsers)
    gone = int(service.received[0].path.removeprefix("/push/"))
    assert pushing.forgotten == [gone]


@pytest.mark.parametrize("status", [404, 410])
async def test_it_is_unreachable_where_every_browser_is_gone(service: HttpReceiver, status: int) -> None:
    pushing = _Pushing()
    service.answers = [(status, {})]
    with pytest.raises(UnreachableError, match="subscribed no more"):
        await pushing.send(Browser(f"{service.url}/push/1"))
    assert pushing.forgotten == [1]


async def test_it_may_be_tried_again_where_a_service_fails(service: HttpReceiver) -> None:
    pushing = _Pushing()
    service.answers = [(429, {"Retry-After": "9"})]
    with pytest.raises(DeliveryFailedError, match="answered 429") as failure:
        await pushing.send(Browser(f"{service.url}/push/1"))
    assert failure.value.pause_seconds == 9
    assert (pushing.forgotten, isinstance(failure.value, UnreachableError)) == ([], False)


async def test_it_is_unreachable_without_a_browser_and_without_a_key(service: HttpReceiver) -> None:
    with pytest.raises(UnreachableError, match="no browser is subscribed"):
        await _Pushing().send()
    with pytest.raises(UnreachableError, match="web push is off here"):
        await _Pushing(None).send(Browser(f"{service.url}/push/1"))


async def test_it_reaches_a_subscribed_browser(rig: DeliveryRig, service: HttpReceiver, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    browser = Browser(f"{service.url}/push/1")
    await _subscribe(rig, browser)
    rig.start()
    await rig.tell_of_firing(Channel.WEB_PUSH, title="Fired")
    await rig.until_states(DeliveryState.SENT)
    assert browser.read(service.received[0])["title"] == "Fired"


async def test_it_forgets_a_browser_that_is_gone_and_switches_off(
    rig: DeliveryRig, service: HttpReceiver, settings: Settings
) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    await _subscribe(rig, Browser(f"{service.url}/push/1"))
    service.answers = [(410, {})]
    rig.start()
    await rig.tell(Channel.WEB_PUSH)
    await rig.until_states(DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.SENT)
    assert await PushSubscription.objects.acount() == 0
    assert (await ChannelSwitch.objects.aget()).channel == WEB_PUSH


async def _subscribe(rig: DeliveryRig, browser: Browser) -> None:
    keys = browser.subscription()["keys"]
    await sync_to_async(PushSubscription.objects.create)(user=rig.user, endpoint=browser.endpoint, **keys)


def test_it_makes_keys_that_it_reads_again() -> None:
    key = new_private_key()
    assert VapidKey(key).public_key == VapidKey(key).public_key != VapidKey(new_private_key()).public_key


@pytest.mark.parametrize("text", ["", "short", "not base64!", "A" * 44])
def test_it_refuses_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="VAPID_PRIVATE_KEY must be 32 bytes"):
        VapidKey(text)
