"""Asking for the beginnings of candles, until each is whole."""

import asyncio
from collections.abc import AsyncIterator, Collection

import pytest

from streaming.clock import SystemClock
from streaming.events import Interval
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.gaps.candle_seeder import CandleSeeder
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.answers import CandleSeed
from streaming.market.sources.errors import ExchangeBusyError, ExchangeUnavailableError
from streaming.topics.topic import MarketKind, Topic
from tests.market.gaps.rest_of_trades import RestOfTrades
from tests.waiting import until

MIDNIGHT = 1_783_382_400_000
MINUTE, QUIET = (Topic(MarketKind.CANDLE, symbol, Interval.MINUTE_1) for symbol in ("BTC-USD", "ETH-USD"))
PRICE = Topic(MarketKind.PRICE, "BTC-USD")


class Candles:
    """Candles of which each is whole after so many seeds."""

    def __init__(self, needed: int) -> None:
        self._needed = needed
        self.seeds: list[tuple[Topic, CandleSeed]] = []

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return those that need more."""
        return [topic for topic in candles if len(self._of(topic)) < self._needed]

    def _of(self, topic: Topic) -> list[CandleSeed]:
        return [seed for seeded, seed in self.seeds if seeded == topic]

    def seed(self, candle: Topic, seed: CandleSeed) -> None:
        """Take a seed."""
        self.seeds.append((candle, seed))


@pytest.fixture
def rest() -> RestOfTrades:
    """Return a REST interface with a trade before the candle and one in it, which fails twice at first."""
    rest = RestOfTrades([MIDNIGHT - 1, MIDNIGHT + 1])
    rest.failures = [ExchangeBusyError(0.01), ExchangeUnavailableError("away")]
    return rest


@pytest.fixture
def candles() -> Candles:
    """Return candles that need two seeds."""
    return Candles(2)


@pytest.fixture(autouse=True)
async def seeder(rest: RestOfTrades, candles: Candles) -> AsyncIterator[None]:
    """Run a seeder of two candles, of which one flows."""
    clock = SystemClock()
    time = ExchangeTime(clock)
    time.note(MIDNIGHT + 30_000)
    seeder = CandleSeeder(
        rest,
        candles,
        topics=lambda: [MINUTE, QUIET, PRICE],
        is_flowing=lambda topic: topic == MINUTE,
        limits=GapLimits(look=0.01, retry=0.01, retry_maximum=0.02),
        exchange_time=time,
        clock=clock,
    )
    running = asyncio.create_task(seeder.run())
    yield
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_asks_until_a_candle_is_whole_whatever_fails_and_for_none_that_does_not_flow(
    rest: RestOfTrades, candles: Candles
) -> None:
    await until(lambda: len(candles.seeds) == 2)
    assert {topic for topic, _ in candles.seeds} == {MINUTE}
    assert [trade.trade_id for trade in candles.seeds[0][1].trades] == [1, 2]
    assert rest.asked == ["trades"] * 4
