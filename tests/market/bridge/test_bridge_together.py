"""The bridge together with what it is made for: the simulated exchange, Redis, and a process of its own."""

# channels_redis has no types.
# mypy: disable-error-code="import-untyped"

import asyncio
import os
import secrets
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import msgspec
import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from streaming.clock import SystemClock
from streaming.events import Candle, Depth, Event, Interval, MarketEvent, Price, Resync, Source, Trades
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.publishing.last_values import LastValues, MemoryLastValues, RedisLastValues
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.simulator.server import SimulatedExchange
from streaming.topics import MarketKind, Topic
from tests import services
from tests.market import frames
from tests.market.conftest import quick_settings
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
PRICE = Topic(MarketKind.PRICE, "BTCUSDT")
TOPICS = (
    PRICE,
    Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1),
    Topic(MarketKind.TRADE, "BTCUSDT"),
    Topic(MarketKind.DEPTH, "BTCUSDT"),
)


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


async def reading(hub: Hub, topic: Topic) -> list[Event]:
    """Return the list that the topic's events are added to."""
    received: list[Event] = []
    (await hub.acquire(topic)).add_callback(received.append)
    return received


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("closed_connections")
class TestSimulator:
    """With the exchange that shares no code with the bridge."""

    @pytest.fixture
    async def simulator(self) -> AsyncIterator[SimulatedExchange]:
        """Run the simulated exchange."""
        exchange = SimulatedExchange(seed=7)
        await exchange.start()
        yield exchange
        await exchange.stop()

    async def test_it_tells_what_the_simulator_told_also_after_a_cut(
        self, hub: Hub, last_values: MemoryLastValues, simulator: SimulatedExchange
    ) -> None:
        settings = BridgeSettings(
            source=Source.SIMULATOR, stream_urls=(simulator.stream_url,), rest_url=simulator.rest_url
        )
        quick = ReconnectLimits(base=0.01, maximum=0.05, spacing=0.01)
        connection = msgspec.structs.replace(settings.connection, reconnect=quick)
        settings = msgspec.structs.replace(settings, connection=connection)
        async with bridging(hub, last_values, settings), demanding(hub):
            received = {topic: await reading(hub, topic) for topic in TOPICS}
            streams = {"btcusdt@ticker", "btcusdt@kline_1s", "btcusdt@trade", "btcusdt@depth10@100ms"}
            await until(lambda: simulator.subscribed_streams() == streams)
            await until(lambda: all(received.values()))
            await simulator.cut()
            await until(lambda: simulator.subscribed_streams() == streams)
            for some in received.values():
                some.clear()
            await until(lambda: all(any(isinstance(one, Resync) for one in some) for some in received.values()))
        for topic, kind in zip(TOPICS, (Price, Candle, Trades, Depth), strict=True):
            assert {type(event) for event in received[topic]} == {kind, Resync}
            assert all(event.simulated for event in received[topic] if isinstance(event, MarketEvent))


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
    async def environment(self, exchange: ScriptedExchange, tmp_path: Path) -> dict[str, str]:
        """Return settings with a database that has its tables."""
        environment = {
            **os.environ,
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path / 'bridge.sqlite3'}",
            "REDIS_PREFIX": f"test-{secrets.token_hex(8)}",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "EXCHANGE_SOURCE": "simulator",
            "EXCHANGE_STREAM_URLS": exchange.stream_url,
            "EXCHANGE_REST_URL": exchange.rest_url,
        }
        for app in ("streaming", "market"):
            assert await (await manage("migrate", app, environment=environment)).wait() == 0
        return environment

    @pytest.fixture
    def database(self, tmp_path: Path) -> Path:
        """Return where the database is."""
        return tmp_path / "bridge.sqlite3"

    @pytest.mark.redis
    @pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
    async def test_it_ends_cleanly_and_gives_its_lease_back(
        self, exchange: ScriptedExchange, environment: dict[str, str], database: Path, stop: signal.Signals
    ) -> None:
        environment["REDIS_URL"] = services.need_redis()
        process = await manage("run_bridge", environment=environment)
        await until(lambda: exchange.sockets and rows(database, "SELECT holder FROM streaming_lease WHERE token = 1"))
        await until(lambda: len(rows(database, "SELECT name FROM market_symbol")) == 3)
        process.send_signal(stop)
        _, errors = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors
        assert rows(database, "SELECT holder, token FROM streaming_lease") == [("", 1)]
        await until(lambda: not exchange.sockets)

    @pytest.mark.redis
    async def test_it_goes_on_and_ends_in_time_where_the_database_hangs(
        self, exchange: ScriptedExchange, environment: dict[str, str], database: Path
    ) -> None:
        environment.update(REDIS_URL=services.need_redis(), BRIDGE_LEASE_SECONDS="2", BRIDGE_LEASE_RENEW_SECONDS="0.2")
        process = await manage("run_bridge", environment=environment)
        await until(lambda: exchange.sockets and len(rows(database, "SELECT name FROM market_symbol")) == 3)
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # the bridge's writes wait for 20 s
            assert process.stderr is not None
            async with asyncio.timeout(30):
                while b"no answer; trying again" not in (line := await process.stderr.readline()):
                    assert line
            assert exchange.sockets
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, errors = await asyncio.wait_for(process.communicate(), 20)
            assert time.monotonic() - began < 10
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors

    async def test_it_waits_for_redis_and_ends_cleanly_meanwhile(self, environment: dict[str, str]) -> None:
        process = await manage("run_bridge", environment=environment)
        assert process.stderr is not None
        async with asyncio.timeout(30):
            while b"no answer; trying again" not in (line := await process.stderr.readline()):
                assert line
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(process.wait(), 2)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors
        assert b"no answer" not in errors

    async def test_it_says_in_a_sentence_that_it_would_reach_nobody(self, environment: dict[str, str]) -> None:
        environment["REDIS_URL"] = ""
        process = await manage("run_bridge", environment=environment)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 1
        assert (
            errors.decode()
            .strip()
            .endswith(
                "The bridge would reach no other process: set REDIS_URL, or run everything in one by `manage.py demo`."
            )
        )
        assert b"Traceback" not in errors


async def manage(*arguments: str, environment: dict[str, str]) -> asyncio.subprocess.Process:
    """Start a management command."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "manage.py"),
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    """Return what a query finds."""
    connection = sqlite3.connect(database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
