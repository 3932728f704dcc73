"""One channel after the other, over real sockets, a worker that delivers, and a webhook: who acknowledges has peace."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.sending.worker import DeliveriesWorker
from alerts.models import WebhookTarget
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.notifying import stop
from tests.alerts.notifications.drafts import broadcaster, states
from tests.alerts.notifications.socket_commands import BROADCAST, address, ask
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)
IN_TURN = {"kinds": {"system": ["websocket", "webhook"]}, "escalate": True}


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Serving]:
    """Run a gateway, and a worker that delivers beside it."""
    settings.DELIVERIES_POLL_SECONDS = 0.05
    settings.DELIVERIES_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    async with serving() as running:
        worker = asyncio.create_task(DeliveriesWorker(running.runtime.hub).run())
        yield running
        await stop([worker])


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    """Receive webhooks."""
    async with http_receiver() as receiver:
        yield receiver


@pytest.fixture
async def ada(transactional_db: None, receiver: HttpReceiver) -> User:
    """Return a user with a webhook, who may broadcast to herself."""
    ada = await sync_to_async(broadcaster)("Ada")
    await sync_to_async(WebhookTarget.objects.create)(user=ada, url=receiver.url, secret="a secret")
    return ada


async def test_it_goes_on_to_the_next_channel_where_nobody_acknowledges(
    gateway: Serving, ada: User, receiver: HttpReceiver, settings: Settings
) -> None:
    settings.NOTIFICATIONS_ACKNOWLEDGE_SECONDS = 0.5
    async with connected(await address(gateway, ada)) as client:
        await client.subscribe("notifications")
        await ask(client, "preferences.set", IN_TURN)
        await ask(client, "notifications.broadcast", BROADCAST)
        await until(lambda: receiver.received)
    assert json.loads(receiver.received[0].body)["notification"]["title"] == "Maintenance"


async def test_it_leaves_whoever_acknowledges_alone(
    gateway: Serving, ada: User, receiver: HttpReceiver, settings: Settings
) -> None:
    settings.NOTIFICATIONS_ACKNOWLEDGE_SECONDS = 3600.0
    async with connected(await address(gateway, ada)) as client:
        await client.subscribe("notifications")
        await ask(client, "preferences.set", IN_TURN)
        await client.send({"type": "command", "id": "1", "action": "notifications.broadcast", "params": BROADCAST})
        told = await client.next_of("notification", "notifications")
        assert (told["data"]["seq"], told["data"]["title"], told["data"]["read"]) == (1, "Maintenance", False)
        assert await ask(client, "notifications.ack", {"seq": told["data"]["seq"]}) == {"unread": 1}
    assert await sync_to_async(states)(ada) == {(1, "websocket"): "acknowledged", (1, "webhook"): "cancelled"}
    assert receiver.received == []
