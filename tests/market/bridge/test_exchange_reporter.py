"""What the bridge tells of the exchange: over the real socket of an exchange, to readers behind the channel layer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from streaming.events import Envelope, Source
from streaming.events.system import ExchangeEvent, ExchangeNews, ExchangeState, LogLevel, LogLine
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Layer
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.exchange_reporter import MAXIMUM_WAITING, ExchangeReporter
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.publishing.sender import Sender
from streaming.market.upstream.connection_changes import ConnectionChange
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.simulator.server import SimulatedExchange
from tests.exchange_rules.rules import rule
from tests.group_envelopes import envelopes_of
from tests.manual_clock import ManualClock
from tests.market.conftest import quick_settings
from tests.market.failing_layer import FailingLayer
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


class Reader:
    """Reads the news and the log; `envelopes` grows."""

    def __init__(self, envelopes: list[Envelope]) -> None:
        self.envelopes = envelopes

    @property
    def news(self) -> list[ExchangeNews]:
        """The news of the exchange."""
        return [one.event for one in self.envelopes if isinstance(one.event, ExchangeNews)]

    @property
    def events(self) -> list[str]:
        """What happened, in order."""
        return [news.event.value for news in self.news]

    @property
    def lines(self) -> list[LogLine]:
        """The lines of the log."""
        return [one.event for one in self.envelopes if isinstance(one.event, LogLine)]


@pytest.fixture
async def reader(layer: FailingLayer) -> AsyncIterator[Reader]:
    """Read the news and the log."""
    async with reading(layer) as started:
        yield started


@asynccontextmanager
async def reading(layer: Layer) -> AsyncIterator[Reader]:
    """Read the news and the log."""
    async with envelopes_of(layer, "s.exchange", "s.log.all") as envelopes:
        yield Reader(envelopes)


@asynccontextmanager
async def bridging(hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange) -> AsyncIterator[None]:
    """Run a bridge whose fencing number is 7."""
    bridge = Bridge(hub, last_values=last_values, exchange=quick_settings(exchange), epoch=7)
    task = asyncio.create_task(bridge.run())
    yield
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@rule("3.10")
@pytest.mark.parametrize("end", ["cut", "clean close"])
async def test_it_tells_a_lost_connection_and_the_way_back_in_order(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, reader: Reader, end: str
) -> None:
    async with bridging(hub, last_values, exchange):
        await until(lambda: len(reader.events) == 2)
        if end == "cut":
            exchange.cut()
        else:
            await exchange.close()
        await until(lambda: len(reader.events) == 5)
    assert reader.events == ["connecting", "connected", "disconnected", "connecting", "connected"]
    assert [news.state.value for news in reader.news] == ["connecting", "live", "reconnecting", "reconnecting", "live"]
    assert all(news.reason for news in reader.news if news.event is ExchangeEvent.DISCONNECTED)
    assert {(news.exchange, news.source, news.channel) for news in reader.news} == {
        ("simulator", Source.SIMULATOR, "system.exchange")
    }
    for before, after in zip(reader.news, reader.news[1:], strict=False):
        assert after.since == before.since or after.state is not before.state
        assert isinstance(after.since, int)
        assert after.since <= after.time
    numbered = [one for one in reader.envelopes if isinstance(one.event, ExchangeNews)]
    assert [(one.epoch, one.sequence) for one in numbered] == [(7, number) for number in range(1, 6)]


async def test_it_tells_staff_of_each_connection_and_loss(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, reader: Reader
) -> None:
    async with bridging(hub, last_values, exchange):
        await until(lambda: len(reader.events) == 2)
        exchange.cut()
        await until(lambda: len(reader.lines) == 3)
    assert [(line.level, line.source, line.owner) for line in reader.lines] == [
        (LogLevel.INFO, "bridge", ""),
        (LogLevel.WARN, "bridge", ""),
        (LogLevel.INFO, "bridge", ""),
    ]
    assert reader.lines[1].message.startswith("The connection to the exchange was lost: ")


async def test_it_tells_every_failure_and_after_ten_that_they_are_many_and_goes_on(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, reader: Reader
) -> None:
    exchange.handshake = (503, {})
    async with bridging(hub, last_values, exchange):
        await until(lambda: "reconnect-failed" in reader.events)
        failed = reader.events.index("reconnect-failed")
        await until(lambda: len(reader.events) > failed + 4)
        exchange.handshake = None
        await until(lambda: "connected" in reader.events)
    assert reader.events[:failed] == ["connecting", "error"] * 10
    assert [news.attempt for news in reader.news[:failed]] == [number for number in range(1, 11) for _ in range(2)]
    assert {news.reason for news in reader.news if news.event is ExchangeEvent.ERROR} == {"HTTP 503"}
    told = reader.news[failed]
    assert (told.attempt, told.reason, told.state) == (10, "HTTP 503", ExchangeState.RECONNECTING)
    assert reader.events.count("reconnect-failed") == 1
    assert reader.events[failed + 1 : failed + 3] == ["connecting", "error"]
    assert [line.level for line in reader.lines].count(LogLevel.ERROR) == 1


async def test_it_counts_failures_over_all_addresses(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, reader: Reader
) -> None:
    others = [ScriptedExchange() for _ in range(2)]
    for one in (exchange, *others):
        one.handshake = (451, {})
    for one in others:
        await one.start()
    settings = msgspec.structs.replace(
        quick_settings(exchange), stream_urls=tuple(one.stream_url for one in (exchange, *others))
    )
    bridge = Bridge(hub, last_values=last_values, exchange=settings, epoch=1)
    task = asyncio.create_task(bridge.run())
    await until(lambda: "reconnect-failed" in reader.events)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert reader.events[: reader.events.index("reconnect-failed")] == ["connecting", "error"] * 10
    assert all(len(one.handshakes) >= 3 for one in (exchange, *others))
    for one in others:
        await one.stop()


async def test_it_tells_what_happened_while_the_layer_was_away_in_order(
    hub: Hub, layer: FailingLayer, last_values: MemoryLastValues, exchange: ScriptedExchange, reader: Reader
) -> None:
    async with bridging(hub, last_values, exchange):
        await until(lambda: len(reader.events) == 2)
        layer.is_away = True
        exchange.cut()
        await until(lambda: len(exchange.handshakes) == 2 and exchange.sockets)
        refused = layer.refused
        await until(lambda: layer.refused > refused + 3)
        assert len(reader.events) == 2
        layer.is_away = False
        await until(lambda: len(reader.events) == 5)
    assert reader.events[2:] == ["disconnected", "connecting", "connected"]


async def test_it_follows_the_simulator_through_a_cut(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, reader: Reader
) -> None:
    simulator = SimulatedExchange(seed=1)
    await simulator.start()
    settings = msgspec.structs.replace(
        quick_settings(exchange), stream_urls=(simulator.stream_url,), rest_url=simulator.rest_url
    )
    bridge = Bridge(hub, last_values=last_values, exchange=settings, epoch=1)
    task = asyncio.create_task(bridge.run())
    await until(lambda: reader.events == ["connecting", "connected"])
    await simulator.stop()
    await until(lambda: "error" in reader.events)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert reader.events[:5] == ["connecting", "connected", "disconnected", "connecting", "error"]


class TestReporter:
    """What needs no exchange."""

    @pytest.fixture
    def reporter(self, hub: Hub, clock: ManualClock) -> ExchangeReporter:
        """Return a reporter that publishes once it is run."""
        limits = PublishingLimits(retry=0.01, settle=0.01)
        return ExchangeReporter(hub, Sender(hub, clock), source=Source.BINANCE, epoch=3, limits=limits, clock=clock)

    async def test_it_tells_a_state_that_changed_otherwise_and_only_then(
        self, reporter: ExchangeReporter, reader: Reader, clock: ManualClock
    ) -> None:
        task = asyncio.create_task(reporter.run())
        began = clock.now_ms()
        reporter.is_now(ExchangeState.CONNECTING)
        clock.advance(1)
        reporter.tell(ConnectionChange(event=ExchangeEvent.CONNECTED, attempt=1), ExchangeState.LIVE)
        reporter.is_now(ExchangeState.LIVE)
        clock.advance(1)
        reporter.is_now(ExchangeState.STALE)
        reporter.is_now(ExchangeState.STALE)
        clock.advance(1)
        reporter.is_now(ExchangeState.LIVE)
        await until(lambda: len(reader.events) == 3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [(news.event.value, news.state.value, news.since) for news in reader.news] == [
            ("connected", "live", began + 1000),
            ("status", "stale", began + 2000),
            ("status", "live", began + 3000),
        ]
        assert reader.news[1].attempt is reader.news[1].reason is msgspec.UNSET

    async def test_it_lets_the_oldest_go_where_too_many_wait(self, reporter: ExchangeReporter, reader: Reader) -> None:
        for number in range(MAXIMUM_WAITING + 50):
            reporter.tell(ConnectionChange(event=ExchangeEvent.ERROR, attempt=number + 1), ExchangeState.RECONNECTING)
        task = asyncio.create_task(reporter.run())
        await until(lambda: len(reader.events) == MAXIMUM_WAITING)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert [news.attempt for news in reader.news] == list(range(51, MAXIMUM_WAITING + 51))


def test_it_reports_after_ten_failures_by_default() -> None:
    assert ReconnectLimits().failures_before_report == 10
