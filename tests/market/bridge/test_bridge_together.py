"""The bridge together with what it is made for: Redis, and a process of its own."""

# channels_redis has no types.
# mypy: disable-error-code="import-untyped"

import asyncio
import re
import secrets
import signal
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.redis_settings import channel_layers
from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.publishing.last_values import LastValues, RedisLastValues
from streaming.topics.topic import MarketKind, Topic
from tests import services
from tests.databases.prepared_databases import prepare_database
from tests.faults.duty import Duty
from tests.market import frames
from tests.market.conftest import quick_settings
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.sources.kraken.scripted_kraken import ScriptedKraken
from tests.market.topic_reading import reading
from tests.processes import Process
from tests.waiting import until

PRICE = Topic(MarketKind.PRICE, "BTCUSDT")


@asynccontextmanager
async def bridging(hub: Hub, last_values: LastValues, settings: BridgeSettings) -> AsyncIterator[None]:
    """Run a bridge on the hub."""
    running = asyncio.create_task(Bridge(hub, last_values=last_values, exchange=settings, epoch=1).run())
    try:
        yield
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def demanding(hub: Hub) -> AsyncIterator[None]:
    """Tell the bridge what the hub's process wants."""
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.2, gather=0.01)
    await demand.start()
    try:
        yield
    finally:
        await demand.stop()


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
async def test_it_works_the_same_between_processes_over_redis(exchange: ScriptedExchange) -> None:
    url, prefix = services.need_redis(), f"test-{secrets.token_hex(8)}"
    layers = [RedisPubSubChannelLayer(hosts=[url], prefix=prefix) for _ in range(2)]
    bridge_hub, gateway_hub = (Hub(layer, topic_registry(), linger=0.0) for layer in layers)
    last_values = RedisLastValues(url, prefix=prefix, maximum_age=60.0, clock=SystemClock())
    await bridge_hub.start()
    await gateway_hub.start()
    async with bridging(bridge_hub, last_values, quick_settings(exchange)), demanding(gateway_hub):
        prices = await reading(gateway_hub, PRICE)
        await until(lambda: "btcusdt@ticker" in exchange.subscribed)
        await exchange.send("btcusdt@ticker", frames.ticker(price="0.12345678901234567890"))
        await until(lambda: prices)
        deadline = time.monotonic() + 10
        while not await last_values.count_fresh_prices():  # it is held once it was published
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        assert await last_values.count_fresh_prices() == 1
        body = await last_values.read(PRICE.key)
    assert body is not None
    assert topic_registry().decoder.decode(body).event == prices[0]
    assert str(getattr(prices[0], "price", "")) == "0.12345678901234567890"
    for end in (gateway_hub.stop, bridge_hub.stop, last_values.close, layers[0].flush, layers[1].flush):
        await end()


class TestCommand:
    """`run_bridge`, as a process of its own."""

    @pytest.fixture
    def environment(self, exchange: ScriptedExchange, tmp_path: Path) -> dict[str, str]:
        """Return settings with a database that has its tables."""
        environment = {
            "VAR_DIR": str(tmp_path),
            "REDIS_PREFIX": f"test-{secrets.token_hex(8)}",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "EXCHANGE_SOURCE": "simulator",
            "EXCHANGE_STREAM_URLS": exchange.stream_url,
            "EXCHANGE_REST_URL": exchange.rest_url,
        }
        prepare_database(environment)
        return environment

    @pytest.fixture
    def database(self, tmp_path: Path) -> Path:
        """Return where the database is."""
        return tmp_path / "tidewire.sqlite3"

    @pytest.mark.redis
    async def test_it_ends_cleanly_and_gives_its_lease_back(
        self, exchange: ScriptedExchange, environment: dict[str, str], database: Path
    ) -> None:
        environment["REDIS_URL"] = services.need_redis()
        with Process.command("run_bridge", environment=environment) as process:
            await asyncio.to_thread(process.wait_for, Duty.SERVES)
            assert rows(database, "SELECT token FROM streaming_lease WHERE holder <> ''") == [(1,)]
            await until(lambda: exchange.sockets and len(rows(database, "SELECT name FROM market_symbol")) == 3)
            await ended(process, signal.SIGTERM)
            assert rows(database, "SELECT holder, token FROM streaming_lease") == [("", 1)]
            await until(lambda: not exchange.sockets)

    @pytest.mark.redis
    async def test_it_goes_on_and_ends_in_time_where_the_database_hangs(
        self, exchange: ScriptedExchange, environment: dict[str, str], database: Path
    ) -> None:
        environment.update(REDIS_URL=services.need_redis(), BRIDGE_LEASE_SECONDS="2", BRIDGE_LEASE_RENEW_SECONDS="0.2")
        with Process.command("run_bridge", environment=environment) as process:
            await asyncio.to_thread(process.wait_for, Duty.SERVES)
            await until(lambda: exchange.sockets and len(rows(database, "SELECT name FROM market_symbol")) == 3)
            with closing(sqlite3.connect(database, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")  # the bridge's writes wait for 20 s
                await asyncio.to_thread(process.wait_for, "no answer; trying again")
                assert exchange.sockets
                assert await ended(process, signal.SIGTERM) < 10

    @pytest.mark.redis
    async def test_it_reads_a_further_market_by_its_own_lease_at_its_own_address(
        self, exchange: ScriptedExchange, environment: dict[str, str], database: Path
    ) -> None:
        kraken = ScriptedKraken()
        await kraken.start()
        environment.update(
            REDIS_URL=services.need_redis(),
            EXCHANGE_FURTHER_SOURCES="kraken",
            KRAKEN_EXCHANGE_STREAM_URLS=kraken.stream_url,
            KRAKEN_EXCHANGE_REST_URL=kraken.rest_url,
        )
        with Process.command("run_bridge", "--source", "kraken", environment=environment) as process:
            await asyncio.to_thread(process.wait_for, Duty.SERVES)
            assert rows(database, "SELECT name, token FROM streaming_lease WHERE holder <> ''") == [
                ("bridge.kraken", 1)
            ]
            await until(lambda: ("subscribe", "BTC/USD@ticker") in kraken.asked)
            await ended(process, signal.SIGTERM)
        assert not exchange.handshakes
        await kraken.stop()

    def test_it_refuses_a_source_that_is_not_to_be_read(self, settings: Settings) -> None:
        settings.EXCHANGE_SOURCE, settings.EXCHANGE_FURTHER_SOURCES = "binance", ["kraken"]
        said = "--source coinbase is none of EXCHANGE_SOURCE and EXCHANGE_FURTHER_SOURCES: binance, kraken"
        with pytest.raises(CommandError, match=re.escape(said)):
            call_command("run_bridge", "--source", "coinbase")

    async def test_it_waits_for_redis_and_ends_cleanly_meanwhile(self, environment: dict[str, str]) -> None:
        with Process.command("run_bridge", environment=environment) as process:
            await asyncio.to_thread(process.wait_for, "no answer; trying again")
            with pytest.raises(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, 1)
            await ended(process, signal.SIGINT)
            assert process.output.count("no answer") == 1

    def test_it_says_in_a_sentence_that_it_would_reach_nobody(self, settings: Settings) -> None:
        settings.CHANNEL_LAYERS = channel_layers((), settings.REDIS_PREFIX)
        said = "The bridge would reach no other process: set REDIS_URL, or run everything in one by `manage.py demo`."
        with pytest.raises(CommandError, match=re.escape(said)):
            call_command("run_bridge")


async def ended(process: Process, stop: signal.Signals) -> float:
    """Tell a process to stop; return how many seconds it took, having checked that it ended in order."""
    began = time.monotonic()
    process.signal(stop)
    assert await asyncio.to_thread(process.wait, 20) == 0, process.output
    process.stop()  # its last words have been read as well
    assert "Traceback" not in process.output
    return time.monotonic() - began


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    """Return what a query finds."""
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
