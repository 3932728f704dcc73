"""Delivery by webhook, to a real server."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async

from alerts.deliveries.channels.webhook.transport import WebhookTransport
from alerts.deliveries.errors import DeliveryFailedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks
from alerts.deliveries.message import WebhookAddress
from alerts.models import ChannelChoices, ChannelSwitch, DeliveryState, WebhookTarget
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.look_ups import look_ups
from tests.alerts.deliveries.messages import message_of
from tests.alerts.deliveries.notifying import DeliveryRig
from tests.manual_clock import ManualClock

SECRET = "a secret"
TRANSPORT = WebhookTransport(
    allowed=AllowedNetworks(["127.0.0.0/8"]),
    look_ups=look_ups(),
    timeout_seconds=5,
    clock=ManualClock(1_763_676_001_500),
)


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    """Return a server on this machine."""
    async with http_receiver() as receiver:
        yield receiver


def _address(receiver: HttpReceiver) -> WebhookAddress:
    return WebhookAddress(url=f"{receiver.url}/hook", secret=SECRET)


async def test_it_posts_what_has_happened_with_exact_numbers(receiver: HttpReceiver) -> None:
    await TRANSPORT.send(message_of(ChannelChoices.WEBHOOK, webhook=_address(receiver), attempts=2))
    (request,) = receiver.received
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-tidewire-event"] == "3"
    body = json.loads(request.body, parse_float=Decimal)
    assert (body["event"], body["attempt"], body["sent"]) == (3, 2, "2025-11-20T22:00:01.500Z")
    assert body["notification"]["title"] == "BTCUSDT above 100.10"
    assert body["notification"]["created"] == "2025-11-20T22:00:00.000Z"
    assert body["notification"]["data"] == {"price": Decimal("100.20")}
    assert body["alert"]["value"] == Decimal("100.2000000000000000000001")
    assert body["alert"]["firedAt"] == "2025-11-20T22:00:00.000Z"


async def test_it_signs_what_it_posts(receiver: HttpReceiver) -> None:
    await TRANSPORT.send(message_of(ChannelChoices.WEBHOOK, webhook=_address(receiver)))
    (request,) = receiver.received
    time, digest = (part.split("=")[1] for part in request.headers["x-tidewire-signature"].split(","))
    assert time == "1763676001"
    assert digest == hmac.new(SECRET.encode(), time.encode() + b"." + request.body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
async def test_it_may_be_tried_again_where_the_receiver_refuses(receiver: HttpReceiver, status: int) -> None:
    receiver.answers = [(status, {"Retry-After": "7"})]
    with pytest.raises(DeliveryFailedError, match=f"answered {status}") as failure:
        await TRANSPORT.send(message_of(ChannelChoices.WEBHOOK, webhook=_address(receiver)))
    assert not isinstance(failure.value, UnreachableError)
    assert failure.value.pause_seconds == 7


async def test_it_is_unreachable_where_the_receiver_is_gone(receiver: HttpReceiver) -> None:
    receiver.answers = [(410, {})]
    with pytest.raises(UnreachableError, match="gone"):
        await TRANSPORT.send(message_of(ChannelChoices.WEBHOOK, webhook=_address(receiver)))


async def test_it_is_unreachable_without_an_address() -> None:
    with pytest.raises(UnreachableError, match="no webhook address is set"):
        await TRANSPORT.send(message_of(ChannelChoices.WEBHOOK))


async def test_it_sends_nothing_more_by_a_channel_that_is_switched_off(
    rig: DeliveryRig, receiver: HttpReceiver
) -> None:
    await sync_to_async(WebhookTarget.objects.create)(user=rig.user, url=f"{receiver.url}/hook", secret=SECRET)
    await rig.tell(Channel.WEBHOOK)
    await sync_to_async(ChannelSwitch.objects.create)(
        user=rig.user, channel="webhook", reason="it is gone", switched_off_at="2026-11-20T22:00:00Z"
    )
    rig.start()
    await rig.until_states(DeliveryState.DEAD)
    assert (await rig.delivery(ChannelChoices.WEBHOOK)).error == "the channel is switched off: it is gone"
    assert receiver.received == []
