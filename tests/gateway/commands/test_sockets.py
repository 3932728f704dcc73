"""Commands over a real socket."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_django import Settings

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
