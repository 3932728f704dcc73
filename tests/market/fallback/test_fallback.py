"""The bridge while its exchange is away for long: simulated data stands in, and nothing of it outlives the return."""

import json
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec
import pytest

from streaming.clock import Clock
from streaming.events import Candle, Event, ExchangeNews, Interval, MarketEvent, Resync, Source, Trades
from streaming.events.system import ExchangeEvent, ExchangeState
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.status import BridgeState
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.candles.writer import CandleWriterLimits
from streaming.market.fallback.limits import FallbackLimits
from streaming.market.models import Candle as StoredCandle
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.stand_in import StandInExchange
from streaming.topics.topic import MarketKind, Topic
from tests.market.gaps.gap_bridging import TRADES, bridging, settings_for
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.topic_reading import reading
from tests.waiting import until, until_answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections", "demand")]

CANDLES = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1)
PRICE = Topic(MarketKind.PRICE, "BTCUSDT")
ETHER = Topic(MarketKind.TRADE, "ETHUSDT")
QUICK_FALLBACK = FallbackLimits(after=0.4, well_for=0.6, look=0.05)


class RememberedStandIn(StandInExchange):
    """A simulated market that a test can look at."""

    made: ClassVar[list[StandInExchange]] = []

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.made.append(self)


@pytest.fixture
async def simulator() -> AsyncIterator[SimulatedExchange]:
    """Run the exchange that goes away and comes back; to the bridge it is Binance."""
    exchange = SimulatedExchange(seed=11)
    await exchange.start()
    yield exchange
    await exchange.stop()


async def go_away(exchange: SimulatedExchange) -> None:
    """Let nobody have streams any more."""
    await exchange.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=503))
    await exchange.cut()


def come_back(exchange: SimulatedExchange) -> None:
    """Let everybody have streams again."""
    exchange.end_fault(FaultKind.REFUSE_STREAMS)


def settings(
    simulator: SimulatedExchange, base: ScriptedExchange, fallback: FallbackLimits = QUICK_FALLBACK
) -> BridgeSettings:
    """Return the settings of a bridge whose market is taken for real."""
    return settings_for(
        simulator, base, source=Source.BINANCE, fallback=fallback, candles=CandleWriterLimits(gather=0.01)
    )


def of(events: Sequence[Event], source: Source) -> list[MarketEvent]:
    """Return what a source has told."""
    return [event for event in events if isinstance(event, MarketEvent) and event.source is source]


def simulated(events: Sequence[Event]) -> list[MarketEvent]:
    """Return what is marked as simulated."""
    return [event for event in events if isinstance(event, MarketEvent) and event.simulated]


def ids_of(events: Sequence[Event], source: Source) -> list[int]:
    """Return the ids of a source's trades."""
    return [trade.trade_id for event in of(events, source) if isinstance(event, Trades) for trade in event.trades]


def last_price(events: Sequence[Event]) -> Decimal:
    """Return the price of the newest trade."""
    return next(event for event in reversed(events) if isinstance(event, Trades)).trades[-1].price


def is_followed_by_real(events: Sequence[Event]) -> bool:
    """Return whether something real was told after something simulated."""
    return bool(simulated(events)) and bool(of(events, Source.BINANCE)) and events[-1] not in simulated(events)


async def exchange_news(hub: Hub) -> list[ExchangeNews]:
    """Return the list that what is told of the exchange is added to."""
    told: list[ExchangeNews] = []

    def note(event: Event) -> None:
        if isinstance(event, ExchangeNews):
            told.append(event)

    (await hub.acquire(DottedGroup("s.exchange"))).add_callback(note)
    return told


async def stored() -> list[StoredCandle]:
    """Return the candles of seconds that the database has."""
    rows = StoredCandle.objects.filter(symbol="BTCUSDT", interval="1s").order_by("open_time")
    return [row async for row in rows]


class TestAway:
    """An exchange that is gone for longer than it may be."""

    async def test_simulated_prices_begin_at_the_last_real_ones_and_are_marked(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        statuses, trades, prices = BridgeStatusTable(), await reading(hub, TRADES), await reading(hub, PRICE)
        await statuses.start(hub)
        news = await exchange_news(hub)
        async with bridging(hub, last_values, settings(simulator, exchange)):
            await until(lambda: trades and prices)
            await go_away(simulator)
            await until(lambda: simulated(trades) and simulated(prices))
            real = last_price(of(trades, Source.BINANCE))
            first = next(event for event in simulated(trades) if isinstance(event, Trades)).trades[0].price
            assert abs(first - real) / real < Decimal("0.001")
            await until(lambda: (status := statuses.current()) is not None and status.simulated)
        status = statuses.current()
        assert status is None or status.state is BridgeState.FALLBACK
        told = next(one for one in news if one.event is ExchangeEvent.STATUS and one.source is Source.SIMULATOR)
        assert (told.exchange, told.state) == ("binance", ExchangeState.FALLBACK)

    async def test_nothing_is_subscribed_of_it_but_what_is_wanted(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        """A canary would be subscribed before its symbol is listed, and be silent then for whoever wants it."""
        trades, remembered = await reading(hub, TRADES), f"{__name__}.{RememberedStandIn.__name__}"
        chosen = settings(simulator, exchange, msgspec.structs.replace(QUICK_FALLBACK, market=remembered))
        silence = msgspec.structs.replace(chosen.connection.silence, canary="btcusdt@ticker")
        connection = msgspec.structs.replace(chosen.connection, silence=silence)
        async with bridging(hub, last_values, msgspec.structs.replace(chosen, connection=connection)):
            await until(lambda: trades)
            await go_away(simulator)
            await until(lambda: simulated(trades))
        asked = [json.loads(message) for message in RememberedStandIn.made[-1].messages]
        assert [one["params"] for one in asked if one["method"] == "SUBSCRIBE"] == [["btcusdt@trade"]]

    async def test_it_is_left_alone_where_it_may_not_be_simulated(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        trades, news = await reading(hub, TRADES), await exchange_news(hub)
        never = settings(simulator, exchange, FallbackLimits(after=0.0, look=0.01))
        async with bridging(hub, last_values, never):
            await until(lambda: trades)
            await go_away(simulator)
            await until(lambda: any(one.event is ExchangeEvent.RECONNECT_FAILED for one in news))
        assert not simulated(trades)


class TestReturn:
    """An exchange that is well again."""

    async def test_what_was_missed_is_fetched_and_nothing_simulated_is_kept(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        trades, candles, prices = [await reading(hub, topic) for topic in (TRADES, CANDLES, PRICE)]
        news = await exchange_news(hub)
        async with bridging(hub, last_values, settings(simulator, exchange)):
            await until(lambda: trades and any(isinstance(one, Candle) and one.is_final for one in candles))
            await go_away(simulator)
            await until(lambda: any(isinstance(one, Candle) and one.is_final for one in simulated(candles)))
            come_back(simulator)
            await until(lambda: is_followed_by_real(trades) and is_followed_by_real(prices))
            await until(lambda: all(any(isinstance(one, Resync) for one in each) for each in (trades, candles)))
            seen = len(ids_of(trades, Source.BINANCE))
            await until(lambda: len(ids_of(trades, Source.BINANCE)) > seen)
            last = simulated(candles)[-1]
            await until(
                lambda: any(isinstance(one, Candle) and one.is_final and one.time > last.time for one in candles)
            )
            held = await last_values.read(PRICE.key)
        real = ids_of(trades, Source.BINANCE)
        assert real == list(range(real[0], real[-1] + 1)), "every real trade once, those of the simulated time too"
        assert all(one.complete for one in trades if isinstance(one, Resync))
        closed = [one.open_time for one in of(candles, Source.BINANCE) if isinstance(one, Candle) and one.is_final]
        assert closed == list(range(closed[0], closed[-1] + 1, 1000))
        assert {row.source for row in await stored()} == {"binance"}
        made = simulator.market.symbols["BTCUSDT"].candles
        instrument = simulator.market.symbols["BTCUSDT"].instrument
        for row in await stored():
            assert row.close == Decimal(instrument.price_text(made.row("1s", row.open_time).close))
        resyncs = [one for one in news if one.event is ExchangeEvent.RESYNC]
        assert resyncs
        assert all(one.complete for one in resyncs)
        ended = [one for one in news if one.event is ExchangeEvent.STATUS][-1]
        assert (ended.source, ended.state) == (Source.BINANCE, ExchangeState.LIVE)
        assert held is not None

    async def test_who_came_meanwhile_is_told_what_was_missed_of_the_exchange(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        trades = await reading(hub, TRADES)
        async with bridging(hub, last_values, settings(simulator, exchange)):
            await until(lambda: trades)
            ethers = await reading(hub, ETHER)
            await until(lambda: of(ethers, Source.BINANCE))
            await go_away(simulator)
            await until(lambda: simulated(trades))
            late = await reading(hub, CANDLES)
            await until(lambda: simulated(late))
            come_back(simulator)
            await until(lambda: any(isinstance(one, Resync) and one.complete for one in late))
        assert is_followed_by_real(late)

    async def test_one_that_comes_and_goes_switches_nothing(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        trades, news = await reading(hub, TRADES), await exchange_news(hub)
        patient = msgspec.structs.replace(QUICK_FALLBACK, well_for=60.0)
        async with bridging(hub, last_values, settings(simulator, exchange, patient)):
            await until(lambda: trades)
            await go_away(simulator)
            await until(lambda: simulated(trades))
            for _ in range(3):
                seen = len(news)
                come_back(simulator)
                await until(lambda: any(one.event is ExchangeEvent.CONNECTED for one in news[seen:]))  # noqa: B023
                await go_away(simulator)
                await until(lambda: any(one.event is ExchangeEvent.DISCONNECTED for one in news[seen:]))  # noqa: B023
            seen = len(trades)
            await until(lambda: len(trades) > seen)
        since = trades.index(simulated(trades)[0])
        assert not of(trades[since:], Source.BINANCE)
        assert [one.source for one in news if one.event is ExchangeEvent.STATUS and one.reason] == [Source.SIMULATOR]


class TestTakeover:
    """Another bridge takes over while simulated data stands in."""

    async def test_it_fills_what_the_exchange_traded_since_the_first_one_lost_it(
        self, hub: Hub, last_values: MemoryLastValues, exchange: ScriptedExchange, simulator: SimulatedExchange
    ) -> None:
        trades, candles = await reading(hub, TRADES), await reading(hub, CANDLES)
        async with bridging(hub, last_values, settings(simulator, exchange)):
            await until(lambda: trades)
            await until(lambda: any(isinstance(one, Candle) and one.is_final for one in candles))
            await go_away(simulator)
            await until(lambda: simulated(trades))
        await until_answer(is_any_stored, expected=True)
        seen = len(trades)
        async with bridging(hub, last_values, settings(simulator, exchange), epoch=2):
            await until(lambda: simulated(trades[seen:]))
            come_back(simulator)
            await until(lambda: any(isinstance(one, Resync) and one.complete for one in trades))
        real = ids_of(trades, Source.BINANCE)
        assert real == list(range(real[0], real[-1] + 1))


async def is_any_stored() -> bool:
    """Return whether a candle is stored: the second bridge has its prices from there."""
    return bool(await stored())
