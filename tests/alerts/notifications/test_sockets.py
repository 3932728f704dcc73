"""The commands `notifications.*` and `preferences.*` over real sockets, in every dialect."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from alerts.models import Notification
from alerts.notifications.services import notifications_store
from tests.alerts.notifications.drafts import NOW, broadcaster, draft, states, user
from tests.alerts.notifications.socket_commands import BROADCAST, address, ask
from tests.serving import Serving, serving
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    """Run a gateway."""
    async with serving() as running:
        yield running


@pytest.fixture
async def ada(transactional_db: None) -> User:
    """Return a user."""
    return await sync_to_async(user)("Ada")


@pytest.fixture
async def root(transactional_db: None) -> User:
    """Return a member of staff who may broadcast."""
    return await sync_to_async(broadcaster)("Root")


@sync_to_async
def store(owner: User, count: int) -> None:
    """Store notifications."""
    notifications_store(drafts=[draft(owner)] * count, now=NOW)


@pytest.mark.parametrize(("path", "created"), [("", "2026-11-20T12:00:00.000Z"), ("/trading", 1_795_176_000_000)])
async def test_it_lists_in_the_dialects_times(gateway: Serving, ada: User, path: str, created: str | int) -> None:
    await store(ada, 1)
    async with connected(await address(gateway, ada, path)) as client:
        answer = await ask(client, "notifications.list", {"limit": 5})
    assert answer["items"][0]["created"] == created
    assert (answer["total"], answer["unread"]) == (1, 1)


async def test_it_goes_from_unread_to_read(gateway: Serving, ada: User) -> None:
    await store(ada, 3)
    async with connected(await address(gateway, ada)) as client:
        newest = (await ask(client, "notifications.list", {"unread": True}))["items"][0]
        assert await ask(client, "notifications.ack", {"seq": newest["seq"]}) == {"unread": 3}
        assert await ask(client, "notifications.mark_read", {"ids": [newest["id"]]}) == {"unread": 2}
        assert (await ask(client, "notifications.list", {"unread": True}))["total"] == 2
        assert await ask(client, "notifications.mark_all_read") == {"unread": 0}
    assert set((await sync_to_async(states)(ada)).values()) == {"acknowledged", "cancelled"}


async def test_it_keeps_preferences(gateway: Serving, ada: User) -> None:
    night = {"start": "22:30", "end": "07:00", "timezone": "Europe/Berlin"}
    async with connected(await address(gateway, ada)) as client:
        answer = await ask(client, "preferences.set", {"kinds": {"alert": ["email"]}, "quiet_hours": night})
        assert (answer["kinds"]["alert"], answer["kinds"]["order"]) == (["email"], ["websocket"])
        assert answer["quiet_hours"] == night
        assert await ask(client, "preferences.get") == answer
        assert (await ask(client, "preferences.set", {"kinds": {}, "quiet_hours": None}))["quiet_hours"] is None


async def test_it_tells_a_channels_subscribers_of_now_and_nobody_else(gateway: Serving, ada: User, root: User) -> None:
    bob = await sync_to_async(user)("Bob")
    said = {**BROADCAST, "channel": "kline:BTCUSDT:1m"}
    async with (
        connected(await address(gateway, root)) as sender,
        connected(await address(gateway, ada)) as reader,
        connected(await address(gateway, bob)) as another,
        connected(gateway.socket_url) as nobody,
    ):
        for client, channel in (
            (reader, "klines:BTCUSDT:1m"),
            (another, "price:BTCUSDT"),
            (nobody, "kline:BTCUSDT:1m"),
        ):
            await client.subscribe(channel)
            await client.next_of("subscribed", channel)
        assert await ask(sender, "notifications.broadcast", said) == {"recipients": 1}
        await reader.send({"type": "unsubscribe", "channel": "klines:BTCUSDT:1m"})
        await reader.next_of("unsubscribed", "klines:BTCUSDT:1m")
        assert await ask(sender, "notifications.broadcast", said, command_id="2") == {"recipients": 0}
    assert [row.user_id async for row in Notification.objects.all()] == [ada.pk]
