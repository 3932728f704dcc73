"""What the tests of the market share: a scripted exchange, a hub, and short settings."""

import json
from collections.abc import AsyncIterator
from random import Random

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from streaming.clock import SystemClock
from streaming.events import Source
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits
from tests.manual_clock import ManualClock
from tests.market import frames
from tests.market.failing_layer import FailingLayer
from tests.market.scripted_exchange import ScriptedExchange

EXCHANGE_INFO = "/api/v3/exchangeInfo"


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands still."""
    return ManualClock()


@pytest.fixture
def random() -> Random:
    """Return a generator that says the same each time."""
    return Random(7)


@pytest.fixture
async def exchange() -> AsyncIterator[ScriptedExchange]:
    """Run an exchange that lists three symbols."""
    scripted = ScriptedExchange()
    info = json.dumps(frames.exchange_info("BTCUSDT", "ETHUSDT", "SOLUSDT"))
    scripted.rest[EXCHANGE_INFO] = (200, info, {})
    await scripted.start()
    yield scripted
    await scripted.stop()


@pytest.fixture
def layer() -> FailingLayer:
    """Return a channel layer of this process, which fails when it is told to."""
    return FailingLayer(capacity=10_000)


@pytest.fixture
def last_values() -> MemoryLastValues:
    """Return a cache of last values of this process."""
    return MemoryLastValues(maximum_age=5.0, clock=SystemClock())


@pytest.fixture
async def hub(layer: FailingLayer, last_values: MemoryLastValues) -> AsyncIterator[Hub]:
    """Run a hub that gives up groups at once."""
    started = Hub(layer, topic_registry(), last_values=last_values, linger=0.0)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def closed_connections() -> AsyncIterator[None]:
    """Close the database connections of the thread that asynchronous code uses."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def dead_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a proxy in the environment that nobody answers at."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def quick_limits(**changes: float) -> ConnectionLimits:
    """Return limits that a test needn't wait for, without a canary; `changes` are those of the subscriptions."""
    return ConnectionLimits(
        open_timeout=2.0,
        close_timeout=0.2,
        send_interval=0.01,
        reconnect=ReconnectLimits(base=0.01, maximum=0.05, spacing=0.01, attempts=10_000, rate_limit_wait=0.1),
        silence=SilenceLimits(canary=""),
        subscriptions=SubscriptionLimits(**{"linger": 0.2, "answer_timeout": 0.2, "refusal_wait": 0.1, **changes}),  # type: ignore[arg-type]
    )


def quick_settings(exchange: ScriptedExchange) -> BridgeSettings:
    """Return settings that name the exchange, with intervals that a test needn't wait for."""
    return BridgeSettings(
        source=Source.SIMULATOR,
        stream_urls=(exchange.stream_url,),
        rest_url=exchange.rest_url,
        connection=quick_limits(),
        publishing=PublishingLimits(retry=0.05, settle=0.05),
        status_interval=0.2,
        status_gather=0.01,
        demand_lease=0.5,
        lease=0.5,
        lease_renewal=0.1,
    )
