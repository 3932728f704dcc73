"""The bridge through interruptions: over the simulator's real socket and REST, and over a scripted exchange."""

import json
from collections.abc import AsyncIterator

import msgspec
import pytest

from streaming.clock import SystemClock
from streaming.events import Candle, Event, ExchangeNews, Interval, Price, Source, Trades
from streaming.events.system import ExchangeEvent
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.bridge.stream_reports import StreamReportTable
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.market import frames
from tests.market.gaps.gap_bridging import QUICK, TRADES, bridging, gaps, ids_of, settings_for
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

CANDLES = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1)
MINUTES = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)
PRICE = Topic(MarketKind.PRICE, "BTCUSDT")


@pytest.fixture
async def simulator() -> AsyncIterator[SimulatedExchange]:
    """Run the simulated exchange."""
    exchange = SimulatedExchange(seed=11)
    await exchange.start()
    yield exchange
    await exchange.stop()


async def exchange_news(hub: Hub) -> list[ExchangeNews]:
    """Return the list that what is told of the exchange is added to."""
    told: list[ExchangeNews] = []

    def note(event: Event) -> None:
        if isinstance(event, ExchangeNews) and event.event is ExchangeEvent.RESYNC:
            told.append(event)

    (await hub.acquire(DottedGroup("s.exchange"))).add_callback(note)
    return told


def closed(events: list[Event]) -> list[int]:
    """Return when each closed candle opened."""
    return [event.open_time for event in events if isinstance(event, Candle) and event.is_final]


def rest_trades(*ids: int) -> tuple[int, str, dict[str, str]]:
    """Return REST's answer with these trades."""
    rows = [{"id": i, "price": "1", "qty": "1", "time": frames.NOW, "isBuyerMaker": True} for i in ids]
    return 200, json.dumps(rows), {}


@pytest.mark.usefixtures("demand")
class TestCut:
    """A connection that ends without a word."""

    @rule("1.8.5", "3.7")
    async def test_it_loses_and_doubles_no_trade_and_no_closed_candle(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        trades, candles, told = await reading(hub, TRADES), await reading(hub, CANDLES), await exchange_news(hub)
        async with bridging(hub, last_values, settings_for(simulator, exchange)):
            await until(lambda: ids_of(trades) and closed(candles))
            await simulator.cut()
            await until(lambda: gaps(trades) and gaps(candles) and told)
            seen = len(closed(candles))
            await until(lambda: len(closed(candles)) >= seen + 2)
        assert ids_of(trades) == list(range(ids_of(trades)[0], ids_of(trades)[-1] + 1))
        assert closed(candles) == list(range(closed(candles)[0], closed(candles)[-1] + 1, 1000))
        assert gaps(trades) == gaps(candles) == [True]
        assert [(news.complete, bool(news.reason)) for news in told] == [(True, True)]
        made = {trade.trade_id: trade for trade in simulator.market.symbols["BTCUSDT"].trades}
        repaired = [one for event in trades if isinstance(event, Trades) and event.repaired for one in event.trades]
        assert all(made[trade.trade_id].time == trade.time for trade in repaired if trade.trade_id in made)

    @rule("1.6.3", "3.7")
    @pytest.mark.parametrize("status", [429, 418, 403, 451, 503])
    async def test_it_fills_once_rest_answers_again(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, status: int
    ) -> None:
        trades = await reading(hub, TRADES)
        exchange.rest["/api/v3/trades"] = (status, "{}", {"Retry-After": "1"})
        async with bridging(hub, last_values, settings_for(exchange, exchange)):
            await until(lambda: exchange.subscribed)
            await exchange.send("btcusdt@trade", frames.trade(trade_id=1))
            await until(lambda: ids_of(trades))
            await exchange.send("btcusdt@trade", frames.trade(trade_id=4))
            await until(lambda: any("trades" in path for path in exchange.rest_requests))
            exchange.rest["/api/v3/trades"] = rest_trades(1, 2, 3, 4)
            await until(lambda: gaps(trades) == [True])
        assert ids_of(trades) == [1, 2, 3, 4]

    @rule("3.7")
    async def test_it_goes_on_and_says_so_where_rest_never_answers(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange
    ) -> None:
        trades, told = await reading(hub, TRADES), await exchange_news(hub)
        limits = msgspec.structs.replace(QUICK, trades_hold=0.3, give_up=0.6)
        async with bridging(hub, last_values, settings_for(exchange, exchange, gaps=limits)):
            await until(lambda: exchange.subscribed)
            for number in (1, 4):
                await exchange.send("btcusdt@trade", frames.trade(trade_id=number))
            await until(lambda: ids_of(trades) == [1, 4])
            assert gaps(trades) == [False], "told before the newer trade, while it is still looked for"
            await until(lambda: gaps(trades) == [False, False] and told)
        assert [news.complete for news in told] == [False]


@pytest.mark.usefixtures("demand")
class TestTakeover:
    """A bridge that follows one that is gone."""

    async def test_it_fetches_what_was_missed_between_the_two(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange
    ) -> None:
        trades, told = await reading(hub, TRADES), await exchange_news(hub)
        settings = settings_for(exchange, exchange)
        async with bridging(hub, last_values, settings, epoch=1):
            await until(lambda: exchange.subscribed)
            for number in (1, 2):
                await exchange.send("btcusdt@trade", frames.trade(trade_id=number))
            await until(lambda: ids_of(trades) == [1, 2])
        exchange.rest["/api/v3/trades"] = rest_trades(1, 2, 3, 4, 5)
        async with bridging(hub, last_values, settings, epoch=2):
            await until(lambda: exchange.subscribed)
            await exchange.send("btcusdt@trade", frames.trade(trade_id=5))
            await until(lambda: gaps(trades) == [True] and told)
        assert ids_of(trades) == [1, 2, 3, 4, 5]
        assert [(news.complete, news.reason) for news in told] == [(True, "another bridge was here before")]


@pytest.mark.usefixtures("demand")
class TestStale:
    """A last value without news."""

    @rule("3.6")
    async def test_it_is_told_once_more_with_a_mark_and_the_next_without(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange
    ) -> None:
        prices = await reading(hub, PRICE)
        settings = settings_for(exchange, exchange, stale_after=1.0, stale_look=0.02)
        async with bridging(hub, last_values, settings):
            await until(lambda: exchange.subscribed)
            await exchange.send("btcusdt@ticker", frames.ticker())
            await until(lambda: len(prices) == 2)
            await exchange.send("btcusdt@ticker", frames.ticker(time=frames.NOW + 1000))
            await until(lambda: len(prices) == 4)
        assert [event.stale for event in prices if isinstance(event, Price)] == [False, True, False, True]


@rule("3.10")
@pytest.mark.usefixtures("demand")
async def test_it_reports_on_itself_and_on_each_stream(
    hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange
) -> None:
    statuses, reports = BridgeStatusTable(SystemClock()), StreamReportTable(SystemClock())
    await statuses.start(hub)
    await reports.start(hub)
    await reading(hub, TRADES)
    async with bridging(hub, last_values, settings_for(exchange, exchange, stream_reports=0.05)):
        await until(lambda: exchange.subscribed)
        for number in (1, 1, 2):
            await exchange.send("btcusdt@trade", frames.trade(trade_id=number))
        await until(lambda: (now := statuses.current()) is not None and now.doubles == 1)
        await until(lambda: (now := reports.current()) is not None and any(one.last_event for one in now.streams))
        status, streams = statuses.current(), reports.current()
    assert status is not None
    assert streams is not None
    assert status.address == exchange.stream_url
    assert status.tasks > 0
    assert status.frames_per_second > 0
    assert status.lag_p50_ms == status.lag_p99_ms is not None
    (report,) = [one for one in streams.streams if one.stream == "btcusdt@trade"]
    assert (report.wanted, report.actual, report.silent, report.gaps) == (True, True, False, 0)
    assert (report.lag_ms or 0) > 0
    assert status.source is Source.SIMULATOR


@pytest.mark.usefixtures("demand")
class TestCandlesThatDoNotCome:
    """The exchange closes a candle, and doesn't say so, or says it late."""

    @rule("3.9")
    async def test_it_fetches_what_never_comes(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        candles = await reading(hub, CANDLES)
        limits = msgspec.structs.replace(QUICK, candle_late=0.5)
        async with bridging(hub, last_values, settings_for(simulator, exchange, gaps=limits)):
            await until(lambda: closed(candles))
            await simulator.inject(Fault(kind=FaultKind.MISSING_CANDLES, seconds=3))
            await until(lambda: len(repaired(candles)) >= 2)
            seen = len(closed(candles))
            await until(lambda: len(closed(candles)) >= seen + 4)
        assert closed(candles) == list(range(closed(candles)[0], closed(candles)[-1] + 1, 1000))
        assert gaps(candles) == []
        assert all(event.close_time == event.open_time + 999 for event in repaired(candles))

    @rule("1.4.14")
    async def test_it_tells_a_late_one_once_though_it_was_fetched_before(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        candles = await reading(hub, CANDLES)
        limits = msgspec.structs.replace(QUICK, candle_late=0.3)
        async with bridging(hub, last_values, settings_for(simulator, exchange, gaps=limits)):
            await until(lambda: closed(candles))
            await simulator.inject(Fault(kind=FaultKind.LATE_CANDLES, seconds=3, delay=1.5))
            await until(lambda: len(repaired(candles)) >= 2)
            seen = len(closed(candles))
            await until(lambda: len(closed(candles)) >= seen + 4)
        assert closed(candles) == list(range(closed(candles)[0], closed(candles)[-1] + 1, 1000))


def repaired(events: list[Event]) -> list[Candle]:
    """Return the candles that were fetched."""
    return [event for event in events if isinstance(event, Candle) and event.repaired]
