"""Asking REST for snapshots of order books, each before the changes that wait for it."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import structlog

from streaming.clock import Clock
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.answers import BookSnapshot
from streaming.market.sources.errors import ExchangeBusyError, ExchangeError, ParseError
from streaming.topics.topic import Topic

logger = structlog.get_logger(__name__)


class SnapshotRest(Protocol):
    """Who has snapshots."""

    async def book(self, symbol: str) -> BookSnapshot:
        """Return a snapshot of a symbol's book."""


class SeededBooks(Protocol):
    """Who keeps books."""

    def unseeded_books(self, topics: Collection[Topic]) -> Mapping[Topic, str]:
        """Return those of these topics whose book needs a snapshot now, each with the reason."""

    def seed_book(self, topic: Topic, snapshot: BookSnapshot) -> None:
        """Take a snapshot."""


class BookSeeder:
    """Asks for a snapshot of each deep book of `topics` that flows and needs one, a few at once."""

    def __init__(
        self,
        rest: SnapshotRest,
        books: SeededBooks,
        *,
        topics: Callable[[], Collection[Topic]],
        is_flowing: Callable[[Topic], bool],
        limits: GapLimits,
        clock: Clock,
    ) -> None:
        self._rest = rest
        self._books = books
        self._topics = topics
        self._is_flowing = is_flowing
        self._limits = limits
        self._clock = clock
        self._waits: dict[Topic, _Wait] = {}

    async def run(self) -> None:
        """Look for books without a snapshot and ask for it, until cancelled."""
        while True:
            async with asyncio.TaskGroup() as tasks:
                for topic, reason in self._due()[: self._limits.parallel]:
                    tasks.create_task(self._seed(topic, reason))
            await asyncio.sleep(self._limits.look)

    def _due(self) -> list[tuple[Topic, str]]:
        unseeded = self._books.unseeded_books([topic for topic in self._topics() if topic.levels])
        now = self._clock.monotonic()
        self._waits = {topic: wait for topic, wait in self._waits.items() if topic in unseeded or wait.until > now}
        return [(topic, reason) for topic, reason in unseeded.items() if self._is_due(topic, now)]

    def _is_due(self, topic: Topic, now: float) -> bool:
        wait = self._waits.setdefault(topic, _Wait())
        return wait.until <= now and self._is_flowing(topic)

    async def _seed(self, topic: Topic, reason: str) -> None:
        """Ask once; where it doesn't work, or the book soon needs another, it is asked again ever later."""
        wait = self._waits[topic]
        wait.attempts += 1
        longest, again = self._limits.retry_maximum, self._limits.retry * 2.0 ** min(wait.attempts - 1, 16)
        logger.info("a snapshot of a book is asked for", topic=topic.key, reason=reason, attempt=wait.attempts)
        try:
            self._books.seed_book(topic, await self._rest.book(topic.symbol))
        except ExchangeBusyError as error:
            again = error.retry_after
        except (ExchangeError, ParseError) as error:
            logger.info("a book has no snapshot yet", topic=topic.key, reason=str(error), attempt=wait.attempts)
        wait.until = self._clock.monotonic() + min(longest, again)


class _Wait:
    """When a snapshot is asked for again (monotonic seconds), and how often it was."""

    def __init__(self) -> None:
        self.until = 0.0
        self.attempts = 0
