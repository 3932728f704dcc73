"""Deep books over the simulator's real socket and REST: as its own book, asked for only while wanted, healed."""

from collections.abc import AsyncIterator

import pytest

from streaming.events import Depth
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import DEEP_LEVELS, MarketKind, Topic
from tests.exchange_rules.bridge.bridging import DEPTH, Bridged, Reading, bridging, settings_for, simulating
from tests.exchange_rules.rules import rule
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

DEEP = Topic(MarketKind.DEPTH, "BTCUSDT", levels=DEEP_LEVELS)
STREAM = "btcusdt@depth@100ms"
_TEN = 10


@pytest.fixture
async def exchange() -> AsyncIterator[SimulatedExchange]:
    """Run a simulated exchange."""
    async with simulating() as exchange:
        yield exchange


@pytest.fixture
async def bridged(exchange: SimulatedExchange) -> AsyncIterator[Bridged]:
    """Run a bridge that follows it."""
    async with bridging(settings_for(exchange)) as bridged:
        await bridged.until_live()
        yield bridged


def tops(reading: Reading, since: int = 0) -> set[tuple[object, ...]]:
    """Return the best ten levels of both sides, of each book that came."""
    books = [event for event in reading.events[since:] if isinstance(event, Depth) and not event.stale]
    return {(*book.bids[:_TEN], *book.asks[:_TEN]) for book in books}


@rule("1.5.3", "1.5.5")
async def test_it_tells_a_hundred_levels_that_agree_with_the_ten_and_asks_for_no_changes_before_or_after(
    exchange: SimulatedExchange, bridged: Bridged
) -> None:
    ten = await bridged.read_one(DEPTH)
    await until(lambda: ten.events)
    assert STREAM not in exchange.subscribed_streams()
    deep = await bridged.read_one(DEEP)
    await until(lambda: len(tops(deep) & tops(ten)) >= _TEN)
    newest = deep.events[-1]
    assert isinstance(newest, Depth)
    assert (len(newest.bids), len(newest.asks), newest.levels) == (DEEP_LEVELS, DEEP_LEVELS, DEEP_LEVELS)
    assert exchange.subscribed_streams() == {STREAM, "btcusdt@depth10@100ms"}


@rule("1.5.2")
async def test_it_begins_anew_after_the_exchange_has_cut_the_connection(
    exchange: SimulatedExchange, bridged: Bridged
) -> None:
    ten, deep = await bridged.read(DEPTH, DEEP)
    await until(lambda: tops(deep) & tops(ten))
    await exchange.cut()
    await until(lambda: deep.resyncs)
    behind = len(deep.events)
    await until(lambda: len(tops(deep, behind) & tops(ten)) >= _TEN)
    assert [resync.complete for resync in deep.resyncs] == [True]
