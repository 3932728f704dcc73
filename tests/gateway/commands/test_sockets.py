"""Commands over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from channels.layers import InMemoryChannelLayer, get_channel_layer
from pytest_django import Settings

from tests.gateway.commands.overviews import KEY, OVERVIEW
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import Client, connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    """Run a gateway that knows BTCUSDT and ETHUSDT."""
    async with serving() as running:
        yield running


async def give(client: Client, command_id: str, action: str, params: dict[str, Any] | None = None) -> None:
    """Give a command."""
    await client.send({"type": "command", "id": command_id, "action": action, "params": params or {}})


async def ask(client: Client, action: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give a command, and return its response without type, id and time."""
    await give(client, "cmd_001", action, params)
    frame = await client.next(lambda frame: frame["type"] == "response" and frame["id"] == "cmd_001")
    return {name: value for name, value in frame.items() if name not in {"type", "id", "timestamp"}}


async def test_it_answers_with_data_and_exact_numbers(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        answer = await ask(client, "market.symbols", {"query": "BTC"})
        assert answer["success"]
        assert answer["data"]["total"] == 1
        assert '"tickSize":0.01' in client.texts[-1]


async def test_it_refuses_with_code_message_and_fields(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        assert await ask(client, "market.symbols", {"limit": 1.5, "page": 1}) == {
            "success": False,
            "error": {
                "code": "VALIDATION_ERROR",
                "message": "limit must be a whole number from 1 to 500; Unknown parameter: page",
                "fields": {"page": "Unknown parameter", "limit": "limit must be a whole number from 1 to 500"},
            },
        }
        unknown = {"code": "UNKNOWN_ACTION", "message": "Unknown action: grid.fly"}
        assert await ask(client, "grid.fly") == {"success": False, "error": unknown}
        denied = {"code": "PERMISSION_DENIED", "message": "Authentication required"}
        assert await ask(client, "grid.start") == {"success": False, "error": denied}


async def test_it_names_ones_subscriptions(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        await client.subscribe("quotes:BTCUSDT", "kline:ETHUSDT:1m")
        await client.next_of("subscribed", "kline:ETHUSDT:1m")
        answer = await ask(client, "session.subscriptions")
        assert answer["data"] == {"channels": ["quotes:BTCUSDT", "kline:ETHUSDT:1m"]}


async def test_it_knows_the_quality_once_the_server_has_pinged(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        [session] = gateway.runtime.sessions
        await until(lambda: session.vitality.quality.summary().latency_ms is not None)
        quality = (await ask(client, "session.quality"))["data"]
        assert set(quality) == {"latency_ms", "mean_ms", "jitter_ms", "missed", "quality"}
        assert (quality["missed"], quality["quality"]) == (0, "excellent")


async def test_it_tells_the_overview_though_nobody_subscribed_to_it(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        asking = asyncio.create_task(ask(client, "market.overview"))
        layer = cast("InMemoryChannelLayer", get_channel_layer())
        await until(lambda: layer.groups.get(KEY))
        await gateway.runtime.hub.publish(OVERVIEW)
        answer = await asking
        assert answer["data"]["gainers"] == ["BTCUSDT"]
        assert answer["data"]["timestamp"] == "2024-12-06T12:00:00.000Z"


async def test_it_answers_every_one_of_too_many_commands_once(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        names = [str(number) for number in range(30)]
        for name in names:
            await give(client, name, "session.subscriptions")
        frames = [await client.next_of("response") for _ in names]
        assert sorted(frame["id"] for frame in frames) == sorted(names)
        refused = [frame["error"]["code"] for frame in frames if not frame["success"]]
        assert set(refused) == {"RATE_LIMITED"}  # however slow the machine: thirty take no three seconds
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


async def test_it_answers_pings_while_a_command_waits(gateway: Serving, settings: Settings) -> None:
    settings.OVERVIEW_WAIT_SECONDS = 1.0
    async with connected(gateway.socket_url) as client:
        await give(client, "1", "market.overview")
        await client.send({"type": "ping"})
        assert [(await client.receive())["type"] for _ in range(2)] == ["pong", "response"]


async def test_it_leaves_nothing_behind_where_the_client_goes_before_the_answer(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        [session] = gateway.runtime.sessions
        await give(client, "1", "market.overview")
        await until(lambda: gateway.runtime.hub.topics)
    await until(lambda: not session.tasks)
    await until(lambda: not gateway.runtime.hub.topics)
