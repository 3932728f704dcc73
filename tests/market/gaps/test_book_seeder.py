"""Asking for snapshots of books, each when it is needed and no more often than may be."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping

import pytest

from streaming.clock import SystemClock
from streaming.market.gaps.book_seeder import BookSeeder
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.answers import BookSnapshot
from streaming.market.sources.errors import ExchangeBusyError, ExchangeError, ExchangeUnavailableError
from streaming.topics.topic import DEEP_LEVELS, MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.waiting import until

BTC, QUIET = (Topic(MarketKind.DEPTH, symbol, levels=DEEP_LEVELS) for symbol in ("BTCUSDT", "ETHUSDT"))
TEN = Topic(MarketKind.DEPTH, "BTCUSDT")


class Snapshots:
    """A REST interface that fails at first."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures: list[ExchangeError] = [ExchangeBusyError(0.01), ExchangeUnavailableError("away")]

    async def book(self, symbol: str) -> BookSnapshot:
        """Return a snapshot that is numbered by how often it was asked for."""
        self.asked.append(symbol)
        if self.failures:
            raise self.failures.pop(0)
        return BookSnapshot(update_id=len(self.asked), bids=(), asks=())


class Books:
    """Books that need a snapshot until they have one that is new enough."""

    def __init__(self) -> None:
        self.newest: dict[Topic, int] = {}
        self.needed = 4

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return those that need more."""
        return {topic: "for the test" for topic in topics if self.newest.get(topic, 0) < self.needed}

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> None:
        """Take a snapshot."""
        self.newest[topic] = snapshot.update_id


@pytest.fixture
async def seeding() -> AsyncIterator[tuple[Snapshots, Books]]:
    """Run a seeder of two books, of which one flows."""
    rest, books = Snapshots(), Books()
    seeder = BookSeeder(
        rest,
        books,
        topics=lambda: [BTC, QUIET, TEN],
        is_flowing=lambda topic: topic == BTC,
        limits=GapLimits(look=0.01, retry=0.01, retry_maximum=0.02),
        clock=SystemClock(),
    )
    running = asyncio.create_task(seeder.run())
    yield rest, books
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@rule("1.5.2", "1.5.7")
async def test_it_asks_until_a_book_has_what_it_needs_and_again_when_it_needs_another(
    seeding: tuple[Snapshots, Books],
) -> None:
    rest, books = seeding
    await until(lambda: books.newest == {BTC: 4})
    books.needed = 5
    await until(lambda: books.newest == {BTC: 5})
    assert rest.asked == ["BTCUSDT"] * 5
