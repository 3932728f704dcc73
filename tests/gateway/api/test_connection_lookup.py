"""A user's connections at all gateways: each is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.connections.lookup import connections_of, subscribers_of
from streaming.gateway.runtime import Runtime
from streaming.layer.channel_layer import Layer
from tests.gateway.api.other_gateways import other_gateway
from tests.market.failing_layer import FailingLayer
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


@sync_to_async
def user_and_token(username: str) -> tuple[str, str]:
    """Make a user; return the id and a token."""
    user = User.objects.create_user(username=username, email=f"{username}@example.com")
    return str(user.pk), access_issue(user=user)


@asynccontextmanager
async def two_gateways(layer: Layer) -> AsyncIterator[tuple[Runtime, Runtime]]:
    """Run two gateways without servers, which know each other."""
    first, second = Runtime(layer=layer), Runtime(layer=layer)
    await first.start()
    await second.start()
    try:
        await until(lambda: len(first.statistics.gateways()) == len(second.statistics.gateways()) == 2)
        yield first, second
    finally:
        await first.stop()
        await second.stop()


async def test_it_names_the_connections_of_one_user_and_of_nobody_else(gateway: Serving) -> None:
    user_id, token = await user_and_token("first")
    _, other_token = await user_and_token("second")
    url = f"{gateway.socket_url}?token={token}"
    async with connected(url) as one, connected(url), connected(f"{gateway.socket_url}?token={other_token}"):
        async with connected(gateway.socket_url):
            await one.subscribe("price:BTCUSDT", "orders:me")
            await one.next_of("subscribed", "orders:me")
            found = await connections_of(user_id)
        assert [info.subscriptions for info in found] == [2, 0]
        sessions = gateway.runtime.sessions.of_user(user_id)
        assert [info.client_id for info in found] == [session.client_id for session in sessions]
        assert {(info.gateway, info.address, info.dialect) for info in found} == {
            (gateway.runtime.process_id, "127.0.0.1", sessions[0].dialect.name)
        }
        now = gateway.runtime.clock.now_ms()
        assert all(now - 20_000 < info.connected_since <= now for info in found)
    await until(lambda: not len(gateway.runtime.sessions))
    assert await connections_of(user_id) == []


async def test_it_tells_the_latency_where_the_server_has_measured_it(gateway: Serving) -> None:
    user_id, token = await user_and_token("first")
    async with connected(f"{gateway.socket_url}?token={token}"):
        [session] = gateway.runtime.sessions
        session.liveness.quality.measured(0.0125)
        [info] = await connections_of(user_id)
        assert info.latency_ms == 12.5


async def test_it_can_be_asked_by_a_synchronous_view(gateway: Serving) -> None:
    user_id, token = await user_and_token("first")
    async with connected(f"{gateway.socket_url}?token={token}"):
        [info] = await sync_to_async(async_to_sync(connections_of))(user_id)
        assert info.gateway == gateway.runtime.process_id


async def test_it_waits_for_all_gateways_and_no_longer(settings: Settings) -> None:
    settings.WS_GATEWAY_POLL_TIMEOUT_SECONDS = 3600.0
    async with two_gateways(InMemoryChannelLayer()) as (first, second), asyncio.timeout(20):
        assert await first.connection_lookup.connections_of("1") == []
        await asyncio.gather(*(runtime.connection_lookup.connections_of("1") for runtime in (first, second) * 5))


async def test_it_hears_what_another_gateway_serves(gateway: Serving) -> None:
    user_id, token = await user_and_token("first")
    async with other_gateway() as other, connected(f"{gateway.socket_url}?token={token}"):
        here, there = await connections_of(user_id), await other.connection_lookup.connections_of(user_id)
    assert here == there
    assert [info.gateway for info in there] == [gateway.runtime.process_id]


async def test_it_gives_up_on_a_gateway_that_does_not_answer(settings: Settings) -> None:
    settings.WS_GATEWAY_POLL_TIMEOUT_SECONDS = 0.2
    async with two_gateways(InMemoryChannelLayer()) as (first, second):
        await second.hub.stop()  # as good as dead: it hears nothing
        began = asyncio.get_running_loop().time()
        assert await first.connection_lookup.connections_of("1") == []
        assert asyncio.get_running_loop().time() - began >= 0.2


@pytest.mark.parametrize("fault", ["away", "hangs"])
async def test_it_knows_its_own_where_the_layer_is_away(settings: Settings, fault: str) -> None:
    settings.WS_GATEWAY_POLL_TIMEOUT_SECONDS = 0.2
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.market.failing_layer.FailingLayer"}}
    layer = get_channel_layer()
    assert isinstance(layer, FailingLayer)
    user_id, token = await user_and_token("first")
    async with serving() as gateway, connected(f"{gateway.socket_url}?token={token}"):
        layer.is_away = fault == "away"
        if fault == "hangs":
            layer.answers.clear()
        async with asyncio.timeout(10):
            [info] = await connections_of(user_id)
        assert info.gateway == gateway.runtime.process_id
        layer.is_away = False
        layer.answers.set()


async def test_it_names_a_channels_subscribers_at_every_gateway_however_they_spell_it(gateway: Serving) -> None:
    first, first_token = await user_and_token("first")
    second, second_token = await user_and_token("second")
    async with (
        connected(f"{gateway.socket_url}?token={first_token}") as one,
        connected(f"{gateway.socket_url}?token={second_token}") as two,
        connected(gateway.socket_url) as nobody,
    ):
        for client, channel in ((one, "klines:BTCUSDT:1m"), (nobody, "kline:BTCUSDT:1m"), (two, "notifications")):
            await client.subscribe(channel)
            await client.next_of("subscribed", channel)
        assert await subscribers_of("kline:BTCUSDT:1m") == {first}
        assert await subscribers_of("klines:BTCUSDT:5m") == set()
        assert await subscribers_of("notifications") == {second}
        assert await subscribers_of("of a later version") == set()
        async with other_gateway() as other:
            assert await other.connection_lookup.subscribers_of("kline:BTCUSDT:1m") == {first}
