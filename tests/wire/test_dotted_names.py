"""Dotted names and the user's own topics on all three endpoints, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect

from accounts.models import User
from streaming.gateway.dialects.control import SUBPROTOCOL
from streaming.planned.events.user import Account, AccountMode
from tests.accounts.tokens_of_others import claims_of, signed
from tests.serving import Serving, serving
from tests.streaming.fan_out.dotted_events import grid_order
from tests.wire.client import Client

pytestmark = pytest.mark.django_db(transaction=True)

ENDPOINTS = ["market", "trading", "control"]


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving(with_symbols=False) as running:
        yield running


@asynccontextmanager
async def client_of(gateway: Serving, endpoint: str, user: User) -> AsyncIterator[Client]:
    """Connect as `user`, and take the welcome where there is one."""
    url = f"{gateway.socket_url}{'/trading' if endpoint == 'trading' else ''}?token={signed(claims_of(str(user.pk)))}"
    options: dict[str, Any] = {"subprotocols": [SUBPROTOCOL]} if endpoint == "control" else {}
    async with connect(url, **options) as connection:
        client = Client(connection)
        if endpoint != "control":
            assert (await client.receive())["type"] == "connected"
        yield client


def envelope_of(frame: dict[str, Any]) -> dict[str, Any]:
    """Return a frame without its data and its time."""
    inner = {"data": {key: value for key, value in frame["data"].items() if key != "data"}}
    return {key: value for key, value in frame.items() if key not in {"timestamp", "data"}} | (
        inner if "type" in frame["data"] else {}
    )


@pytest.mark.parametrize(
    ("endpoint", "envelope"),
    [
        ("market", {"type": "event", "channel": "grid.a.order", "event": "placed"}),
        ("trading", {"type": "data", "channel": "grid.a.order", "data": {"type": "event", "event": "placed"}}),
        ("control", {"type": "event", "channel": "grid.a.order", "event": "placed"}),
    ],
)
async def test_it_brings_a_wildcards_events_in_the_endpoints_own_shape(
    gateway: Serving, endpoint: str, envelope: dict[str, Any]
) -> None:
    user = await User.objects.acreate_user("ada", "ada@example.com", None)
    async with client_of(gateway, endpoint, user) as client:
        await client.subscribe("grid.*")
        assert (await client.receive())["type"] == "subscribed"
        await gateway.runtime.hub.publish(grid_order("b", owner="0"))
        await gateway.runtime.hub.publish(grid_order("a", owner=str(user.pk)))
        frame = await client.receive()
        assert envelope_of(frame) == envelope
        assert isinstance(frame["timestamp"], str if endpoint == "market" else int)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_it_brings_ones_own_topics_under_ones_own_spelling(gateway: Serving, endpoint: str) -> None:
    user = await User.objects.acreate_user("ada", "ada@example.com", None)
    account = Account(time=1, mode=AccountMode.PAPER, demo=True, balances=())
    async with client_of(gateway, endpoint, user) as client:
        await client.subscribe("account:me")
        assert (await client.receive())["type"] == "subscribed"
        await gateway.runtime.hub.publish(account, owner=str(user.pk))
        assert (await client.receive())["channel"] == "account:me"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_it_takes_away_what_a_renewed_login_may_read_no_longer(gateway: Serving, endpoint: str) -> None:
    user = await User.objects.acreate_user("ada", "ada@example.com", None, is_staff=True)
    async with client_of(gateway, endpoint, user) as client:
        await client.subscribe("ops.gateways", "*", "grid.*")
        await client.next_of("subscribed", None if endpoint == "control" else "grid.*")
        await User.objects.filter(pk=user.pk).aupdate(is_staff=False)
        await client.send({"type": "auth", "token": signed(claims_of(str(user.pk)))})
        assert (await client.next_of("auth_result"))["success"] is True
        refused = [await client.next_of("error") for _ in range(2)]
        assert {code_of(frame) for frame in refused} == {"forbidden"}
        await gateway.runtime.hub.publish(grid_order("b", owner="0"))
        await gateway.runtime.hub.publish(grid_order("a", owner=str(user.pk)))
        frame = await client.next(lambda frame: str(frame.get("channel")).startswith("grid."))
        assert frame["channel"] == "grid.a.order"


def code_of(frame: dict[str, Any]) -> str:
    """Return an error frame's code, wherever the endpoint has it."""
    code: str = frame["code"] if "code" in frame else frame["data"]["code"]
    return code
