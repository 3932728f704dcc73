"""The worker that combines: what it asks of the sources, what it tells, and who goes on when it dies."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Protocol

import msgspec
import pytest
from pytest_django import Settings

from streaming.clock import Clock, SystemClock
from streaming.events import Candle, CombinedPrice, Interval, Source
from streaming.fan_out.hub import Hub
from streaming.layer.groups import BRIDGE_GROUP
from streaming.market.bridge.demand import DEMAND_MESSAGE, encode_topics
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.topics import combined_price_topic
from streaming.market.combined.worker import CombiningWorker
from streaming.market.declared_workers import COMBINED_WORKER
from streaming.market.errors import InvalidParametersError
from streaming.market.history.history import History
from streaming.market.models import Candle as Candles
from streaming.market.parameters import HistoryQuery
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.models import Lease
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.worker import WorkerContext
from tests.group_envelopes import envelopes_of
from tests.manual_clock import ManualClock
from tests.market.combined.sources import KRAKEN, OWN, QUICK, RATE, its_sources_are_read, tell
from tests.market.failing_layer import FailingLayer
from tests.market.topic_reading import reading
from tests.waiting import until, until_answer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

COMBINED = combined_price_topic("BTC-USD")
CANDLES = Topic(MarketKind.CANDLE, "BTC-USD", Interval.MINUTE_1, source=Source.COMBINED)
MINUTE = 1_700_000_040_000
SYSTEM = SystemClock()


class Start(Protocol):
    """Starts a worker of that name, to which prices count as fresh for so long."""

    def __call__(self, holder: str, fresh_ms: int = 10_000, clock: Clock = SYSTEM) -> asyncio.Task[None]: ...


@pytest.fixture
async def start(hub: Hub, last_values: MemoryLastValues) -> AsyncIterator[Start]:
    """Return what starts a worker of that name."""
    running: list[asyncio.Task[None]] = []

    def started(holder: str, fresh_ms: int = 10_000, clock: Clock = SYSTEM) -> asyncio.Task[None]:
        settings = msgspec.structs.replace(QUICK, limits=CombiningLimits(fresh_ms=fresh_ms))
        worker = CombiningWorker(
            WorkerContext(hub=hub, clock=clock, holder=holder), last_values=last_values, settings=settings
        )
        running.append(asyncio.create_task(worker.run()))
        return running[-1]

    yield started
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def holder_of_the_lease() -> str:
    return await Lease.objects.values_list("holder", flat=True).aget(name=COMBINED_WORKER.name)


async def test_it_makes_one_price_of_what_the_bridges_tell(
    hub: Hub, start: Start, last_values: MemoryLastValues
) -> None:
    told = await reading(hub, COMBINED)
    start("one")
    await its_sources_are_read(hub)
    for market, price in ((RATE, "0.9990"), (OWN, "100000"), (KRAKEN, "100100")):
        await tell(hub, market, price)
    await until(lambda: told and isinstance(told[-1], CombinedPrice) and not told[-1].is_single)
    newest = told[-1]
    assert isinstance(newest, CombinedPrice)
    assert (newest.price, newest.stale) == (Decimal(100000), False)
    assert [(one.name, one.price, one.used) for one in newest.sources] == [
        ("binance", Decimal(99900), True),
        ("kraken", Decimal(100100), True),
    ]
    await until(lambda: len(last_values))
    assert await last_values.read(COMBINED.key) is not None


async def test_it_says_once_that_no_source_is_fresh(hub: Hub, start: Start) -> None:
    told = await reading(hub, COMBINED)
    start("one", fresh_ms=300)
    await its_sources_are_read(hub)
    await tell(hub, KRAKEN, "100100")
    await until(lambda: told and isinstance(told[-1], CombinedPrice) and told[-1].stale)
    count = len(told)
    await tell(hub, RATE, "1")  # combines again, which is no news of the price
    await asyncio.sleep(QUICK.look * 3)
    assert len(told) == count
    await tell(hub, KRAKEN, "100200", sequence=2)
    await until(lambda: isinstance(told[-1], CombinedPrice) and told[-1].price == Decimal(100200))


async def test_one_that_stands_by_knows_the_prices_when_its_turn_comes(
    hub: Hub, start: Start, layer: FailingLayer
) -> None:
    first = start("one")
    await its_sources_are_read(hub)
    start("two")
    told = await reading(hub, COMBINED)
    async with envelopes_of(layer, COMBINED.group) as envelopes:
        await tell(hub, KRAKEN, "100100")
        await until(lambda: told)
        assert await holder_of_the_lease() == "one"
        first.cancel()
        await until(lambda: len({one.epoch for one in envelopes}) == 2)
    assert await holder_of_the_lease() == "two"
    after = envelopes[-1].event
    assert isinstance(after, CombinedPrice)
    assert (after.price, [one.name for one in after.sources]) == (Decimal(100100), ["kraken"])


async def test_it_sends_again_what_a_process_may_have_missed(hub: Hub, start: Start, layer: FailingLayer) -> None:
    start("one", fresh_ms=300)
    await its_sources_are_read(hub)
    async with envelopes_of(layer, COMBINED.group) as envelopes:
        await tell(hub, KRAKEN, "100100")
        await until(lambda: envelopes and isinstance(envelopes[-1].event, CombinedPrice) and envelopes[-1].event.stale)
        message = {"type": DEMAND_MESSAGE, "holder": "gateway-1", "topics": encode_topics([COMBINED]), "again": True}
        await hub.send(BRIDGE_GROUP, {**message, "hosts": [""]})
        await until(lambda: envelopes[-1].again)


async def test_its_closed_candles_are_told_stored_and_answered_as_any_others(
    hub: Hub, start: Start, settings: Settings
) -> None:
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_FURTHER_SOURCES = "binance", ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    told = await reading(hub, CANDLES)
    clock = ManualClock(now_ms=MINUTE - 1)
    start("one", clock=clock)
    await its_sources_are_read(hub)
    clock.advance(0.001)
    await tell(hub, KRAKEN, "100100")
    await until(lambda: told)
    clock.advance(59.999)
    await tell(hub, KRAKEN, "100200", sequence=2)
    await until(lambda: len(told) > 1)
    clock.advance(0.001)
    await until(lambda: any(isinstance(event, Candle) and event.is_final for event in told))
    await until_answer(Candles.objects.filter(source="combined", symbol="BTC-USD").acount, 1)
    query = HistoryQuery(symbol="BTC-USD", interval=Interval.MINUTE_1, start=MINUTE)
    [row] = await History(clock).rows(query)
    assert (row.open_time, str(row.open), str(row.close)) == (MINUTE, "100100", "100200")
    with pytest.raises(InvalidParametersError) as refused:
        await History(clock).rows(msgspec.structs.replace(query, interval=Interval.HOUR_1))
    assert refused.value.fields == {"interval": "combined symbols have candles of 1m alone"}
