"""Health, readiness and statistics of a gateway without a bridge: what is missing is named."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import msgspec
import pytest
from pytest_django import Settings

from streaming.events import Source
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.market.bridge.status_table import BridgeStatusTable
from tests.conformance.rows import row
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


async def get(gateway: Serving, path: str) -> tuple[int, Any]:
    async with httpx2.AsyncClient() as client:
        answer = await client.get(gateway.http_url + path)
    return answer.status_code, answer.json()


def status(state: BridgeState) -> BridgeStatus:
    return BridgeStatus(
        state=state,
        source=Source.SIMULATOR,
        since=1,
        lag_ms=12,
        active_streams=("ethusdt@ticker", "btcusdt@ticker"),
        symbols_known=True,
        holder="a",
        epoch=1,
        published=1,
    )


@row("GW-97")
async def test_it_names_the_part_that_is_missing_and_serves_all_the_same(gateway: Serving) -> None:
    code, body = await get(gateway, "/health")
    assert code == 200
    assert body["status"] == "degraded"
    assert body["bridge"] == {"state": "down"}
    assert body["database"]["state"] == body["channel_layer"]["state"] == body["symbols"]["state"] == "ok"
    assert body["symbols"]["count"] == 2


@row("GW-98")
async def test_it_is_ready_only_once_the_upstream_is_live(gateway: Serving) -> None:
    assert (await get(gateway, "/ready"))[0] == 503
    for state, expected in (
        (BridgeState.CONNECTING, 503),
        (BridgeState.LIVE, 200),
        (BridgeState.STALE, 503),
        (BridgeState.RECONNECTING, 503),
        (BridgeState.FALLBACK, 200),
    ):
        gateway.runtime.bridge_status.take(status(state))
        code, body = await get(gateway, "/ready")
        assert (code, body["ready"]) == (expected, expected == 200)
        assert body["bridge"]["state"] == state.value
    assert body["bridge"] == {"state": "fallback", "source": "simulator", "simulated": True, "since": 1, "lag_ms": 12}


async def test_it_tells_how_each_slot_is_and_is_ready_while_one_of_them_is_served(
    gateway: Serving,
) -> None:
    runtime = gateway.runtime
    runtime.bridge_status = BridgeStatusTable(runtime.clock, slots=2)
    runtime.bridge_status.take(status(BridgeState.LIVE))
    _, body = await get(gateway, "/health")
    assert (body["status"], body["bridge"]["state"]) == ("degraded", "connecting")
    assert [(one["slot"], one["state"]) for one in body["bridge"]["slots"]] == [(1, "live"), (2, "down")]
    assert (await get(gateway, "/ready"))[0] == 200
    for state, whole, code in ((BridgeState.LIVE, "ok", 200), (BridgeState.STALE, "degraded", 200)):
        runtime.bridge_status.take(msgspec.structs.replace(status(state), slot="bridge.2"))
        _, body = await get(gateway, "/health")
        assert (body["status"], body["bridge"]["state"]) == (whole, state.value)
        assert (await get(gateway, "/ready"))[0] == code
    runtime.bridge_status.take(status(BridgeState.STALE))
    assert (await get(gateway, "/ready"))[0] == 503


async def test_it_tells_by_its_place_which_address_of_the_exchange_is_used(
    gateway: Serving, settings: Settings
) -> None:
    settings.EXCHANGE_STREAM_URLS = ["wss://first.example.com", "wss://second.example.com"]
    for address, expected in (("wss://second.example.com", 2), ("wss://unknown.example.com", None), ("", None)):
        gateway.runtime.bridge_status.take(msgspec.structs.replace(status(BridgeState.FALLBACK), address=address))
        _, body = await get(gateway, "/health")
        assert body["bridge"].get("address") == expected


async def test_it_counts_what_is_subscribed(gateway: Serving, settings: Settings) -> None:
    settings.EXCHANGE_FURTHER_SOURCES, settings.COMBINED_SYMBOLS = ["kraken"], ["BTC-USD"]
    gateway.runtime.bridge_status.take(status(BridgeState.LIVE))
    async with connected(gateway.socket_url) as first, connected(gateway.socket_url) as second:
        await first.subscribe("price:BTCUSDT", "quotes:BTCUSDT", "quotes:ETHUSDT", "signals:BTCUSDT")
        await second.subscribe("price:BTCUSDT", "klines:ETHUSDT:1m", "price:BTC-USD", "nonsense")
        await second.next_of("error")
        await first.next_of("subscribed", "signals:BTCUSDT")
        _, body = await get(gateway, "/api/v1/ws/stats")
    assert body == {
        "success": True,
        "data": {
            "connectedClients": 2,
            "activeChannels": [
                "klines:ETHUSDT:1m",
                "price:BTC-USD",
                "price:BTCUSDT",
                "quotes:BTCUSDT",
                "quotes:ETHUSDT",
                "signals:BTCUSDT",
            ],
            "quoteStreams": 2,
            "signalStreams": 1,
            "binanceStreams": 2,
            "binanceActiveStreams": ["btcusdt@ticker", "ethusdt@ticker"],
            "priceCache": 0,
        },
    }


async def test_it_keeps_private_channels_out_of_the_public_page(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT", "grid.a.order")
        await client.next_of("error")
        _, body = await get(gateway, "/api/v1/ws/stats")
    assert body["data"]["activeChannels"] == ["price:BTCUSDT"]


async def test_it_forgets_everything_of_a_client_that_has_gone(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        await client.next_of("subscribed")
        assert len(gateway.runtime.sessions) == 1
    await until(lambda: not len(gateway.runtime.sessions))
    _, body = await get(gateway, "/api/v1/ws/stats")
    assert (body["data"]["connectedClients"], body["data"]["activeChannels"]) == (0, [])


@pytest.mark.parametrize("path", ["/health", "/ready", "/api/v1/ws/stats"])
async def test_it_is_only_read(gateway: Serving, path: str) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.post(gateway.http_url + path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.json() == {"error": {"code": "VALIDATION_ERROR", "message": 'Method "POST" not allowed.'}}
