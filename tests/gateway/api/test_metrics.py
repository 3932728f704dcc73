"""`/metrics` of a running gateway: all that it declares, values that move, and nobody who may not read."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from streaming.gateway.errors import CloseCode
from streaming.installed import installed_metrics
from streaming.metrics.declared import GATEWAY
from tests.gateway.stalled_client import TRADES, StalledClient, publish, trades
from tests.serving import Serving, serving
from tests.waiting import until, until_answer
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)

_TOKEN = "a token of enough characters"


@pytest.fixture(autouse=True)
def _open_and_quick(settings: Settings) -> None:
    """Let this machine read, and count ten times a second."""
    settings.METRICS = "local"
    settings.WS_STATISTICS_INTERVAL_SECONDS = 0.1


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


async def fetched(gateway: Serving, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as client:
        return await client.get(f"{gateway.http_url}/metrics", headers=headers)


async def value(gateway: Serving, name: str, **labels: str) -> float | None:
    """Return what a series is now; None where there is none."""
    families = text_string_to_metric_families((await fetched(gateway)).text)
    samples = [one for family in families for one in family.samples if one.name == name and one.labels == labels]
    return samples[0].value if samples else None


async def test_it_tells_all_that_a_gateway_declares_with_its_type(gateway: Serving) -> None:
    answer = await fetched(gateway)
    assert answer.status_code == 200
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    declared = [one for one in installed_metrics() if one.is_told_by(GATEWAY)]
    assert len(declared) > 20
    told = {one.name: families[one.name.removesuffix("_total")] for one in declared}
    assert [(one.name, one.kind.value) for one in declared] == [(name, told[name].type) for name in told]
    assert [told[one.name].documentation for one in declared] == [one.help for one in declared]


async def test_its_parts_answer(gateway: Serving) -> None:
    assert await value(gateway, "tidewire_database_up") == 1
    assert await value(gateway, "tidewire_channel_layer_up", host="1") == 1
    round_trip = await value(gateway, "tidewire_channel_layer_round_trip_seconds", host="1")
    assert round_trip is not None
    assert 0 < round_trip < 5


async def test_connections_and_what_they_are_sent_are_counted(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT", "trades:BTCUSDT")
        await client.next_of("subscribed", "trades:BTCUSDT")
        await until_answer(lambda: value(gateway, "tidewire_gateway_subscriptions", kind="price"), 1)
        assert await value(gateway, "tidewire_gateway_subscriptions", kind="trade") == 1
        assert await value(gateway, "tidewire_gateway_connections", dialect="market") == 1
        frames = len(client.frames)
        await until_answer(lambda: value(gateway, "tidewire_gateway_sent_frames_total"), frames)
        sizes = sum(2 + (2 if len(text) > 125 else 0) + len(text.encode()) for text in client.texts)
        assert await value(gateway, "tidewire_gateway_sent_bytes_total") == sizes
    ended = "tidewire_gateway_disconnections_total"
    await until_answer(lambda: value(gateway, ended, reason="client"), 1)
    assert await value(gateway, "tidewire_gateway_connections", dialect="market") == 0
    assert await value(gateway, "tidewire_gateway_connections_opened_total", dialect="market") == 1
    assert await value(gateway, "tidewire_gateway_sent_frames_total") == frames


async def test_one_that_is_closed_for_its_slowness_is_counted(settings: Settings) -> None:
    settings.WS_OUTBOX_MAXIMUM_BYTES = 20_000
    settings.WS_ABORT_AFTER_SECONDS = 0.1
    async with serving() as gateway, StalledClient(gateway, "trades:BTCUSDT") as stalled:
        number = 1
        while stalled.sessions:
            await publish(gateway, TRADES, trades(number, 500))
            number += 500
            await asyncio.sleep(0)
        await until_answer(lambda: value(gateway, "tidewire_gateway_slow_closes_total"), 1)
        await until_answer(lambda: value(gateway, "tidewire_gateway_disconnections_total", reason="slow_consumer"), 1)


async def test_one_that_we_close_and_a_handshake_that_we_refuse_are_counted_by_why(gateway: Serving) -> None:
    async with connected(gateway.socket_url):
        await until(lambda: len(gateway.runtime.sessions) == 1)
        (session,) = gateway.runtime.sessions
        session.close(CloseCode.RATE_LIMITED, "Rate limit exceeded")
        await until_answer(lambda: value(gateway, "tidewire_gateway_disconnections_total", reason="rate_limited"), 1)
    with pytest.raises(Exception, match="404"):
        async with connected(gateway.socket_url.replace("/ws", "/nowhere")):
            pytest.fail("there is no such endpoint")
    with pytest.raises(Exception, match="401"):
        async with connected(f"{gateway.socket_url}?token=nonsense"):
            pytest.fail("nobody has this token")
    assert await value(gateway, "tidewire_gateway_handshakes_refused_total", status="401") == 1


async def test_a_ping_that_is_not_answered_is_counted(settings: Settings) -> None:
    settings.WS_PING_INTERVAL_SECONDS = 0.2
    settings.WS_FIRST_PING_SECONDS = 0
    settings.WS_PING_TIMEOUT_SECONDS = 0.2
    async with serving() as gateway, StalledClient(gateway, "price:BTCUSDT"):
        missed = "tidewire_gateway_missed_pongs_total"
        await until_answer(lambda: _is_positive(gateway, missed, ping="protocol"), expected=True)
        await until_answer(lambda: value(gateway, "tidewire_gateway_disconnections_total", reason="ping_timeout"), 1)
        assert await value(gateway, missed, ping="dialect") == 0


async def _is_positive(gateway: Serving, name: str, **labels: str) -> bool:
    return (await value(gateway, name, **labels) or 0) > 0


async def test_no_series_is_a_symbols_unless_it_is_listed(settings: Settings) -> None:
    settings.METRICS_SYMBOLS = ["ETHUSDT"]
    async with serving() as gateway, connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT", "price:ETHUSDT")
        await client.next_of("subscribed", "price:ETHUSDT")
        await until_answer(lambda: value(gateway, "tidewire_gateway_subscriptions", kind="price"), 2)
        assert await value(gateway, "tidewire_gateway_symbol_subscriptions", symbol="ETHUSDT") == 1
        assert "BTCUSDT" not in (await fetched(gateway)).text


async def test_a_thousand_users_and_channels_make_no_series(gateway: Serving) -> None:
    before = (await fetched(gateway)).text.count("\n")
    for number in range(1000):
        gateway.runtime.statistics.session_counts.opened["market"] += 1
        gateway.runtime.statistics._channels.put(f"client-{number}", [f"price:COIN{number}USDT"], [])
    text = (await fetched(gateway)).text
    assert text.count("\n") - before < 10
    assert await value(gateway, "tidewire_gateway_subscriptions", kind="price") == 1000
    for number in range(1000):
        gateway.runtime.statistics._channels.drop(f"client-{number}")


async def test_it_is_not_there_where_it_is_off(gateway: Serving, settings: Settings) -> None:
    settings.METRICS = "off"
    assert (await fetched(gateway)).status_code == 404


async def test_what_comes_by_a_proxy_does_not_come_from_this_machine(gateway: Serving) -> None:
    assert (await fetched(gateway, **{"X-Forwarded-For": "127.0.0.1"})).status_code == 403
    assert (await fetched(gateway, Host="10.1.2.3:8000")).status_code == 200, "Prometheus asks by an address"


async def test_it_is_for_whoever_has_the_token(gateway: Serving, settings: Settings) -> None:
    settings.METRICS, settings.METRICS_TOKEN = "token", _TOKEN
    refused = await fetched(gateway)
    assert (refused.status_code, refused.text) == (403, "Forbidden\n")
    assert (await fetched(gateway, Authorization="Bearer another token")).status_code == 403
    forwarded = {"Authorization": f"Bearer {_TOKEN}", "X-Forwarded-For": "203.0.113.9"}
    assert (await fetched(gateway, **forwarded)).status_code == 200
