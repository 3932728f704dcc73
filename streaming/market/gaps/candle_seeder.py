"""Asking REST for what was traded in running candles before they were listened to, until each is whole."""

import asyncio
from collections.abc import Callable, Collection
from typing import Protocol

import structlog

from streaming.clock import Clock
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.gaps.candle_seeds import candle_seed
from streaming.market.gaps.filler import ask_time
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.answers import CandleSeed
from streaming.market.sources.errors import ExchangeBusyError, ExchangeError, ParseError
from streaming.market.sources.source import SourceRest
from streaming.topics.topic import MarketKind, Topic

logger = structlog.get_logger(__name__)


class SeededCandles(Protocol):
    """Who makes candles."""

    def unseeded(self, candles: Collection[Topic]) -> Collection[Topic]:
        """Return those of these candles of which REST is to be asked what was traded in them before."""

    def seed(self, candle: Topic, seed: CandleSeed) -> None:
        """Take what REST told of a candle."""


class CandleSeeder:
    """Seeds the candles of `topics` that flow, a few at once."""

    def __init__(
        self,
        rest: SourceRest,
        candles: SeededCandles,
        *,
        topics: Callable[[], Collection[Topic]],
        is_flowing: Callable[[Topic], bool],
        limits: GapLimits,
        exchange_time: ExchangeTime,
        clock: Clock,
    ) -> None:
        self._rest = rest
        self._candles = candles
        self._topics = topics
        self._is_flowing = is_flowing
        self._limits = limits
        self._time = exchange_time
        self._clock = clock
        self._waits: dict[Topic, _Wait] = {}

    async def run(self) -> None:
        """Look for candles without a seed and ask for it, until cancelled."""
        while True:
            async with asyncio.TaskGroup() as tasks:
                for topic in self._due()[: self._limits.parallel]:
                    tasks.create_task(self._seed(topic))
            await asyncio.sleep(self._limits.look)

    def _due(self) -> list[Topic]:
        unseeded = self._candles.unseeded([topic for topic in self._topics() if topic.kind == MarketKind.CANDLE])
        self._waits = {topic: self._waits.get(topic, _Wait()) for topic in unseeded}
        now = self._clock.monotonic()
        return [topic for topic, wait in self._waits.items() if wait.until <= now and self._is_flowing(topic)]

    async def _seed(self, topic: Topic) -> None:
        """Ask once; where it doesn't work, or isn't all, it is asked again ever later."""
        wait = self._waits[topic]
        wait.attempts += 1
        longest, again = self._limits.retry_maximum, self._limits.retry * 2.0 ** min(wait.attempts - 1, 16)
        try:
            self._candles.seed(topic, await self._ask(topic))
        except ExchangeBusyError as error:
            again = error.retry_after
        except (ExchangeError, ParseError) as error:
            logger.info("a candle has no beginning yet", topic=topic.key, reason=str(error), attempt=wait.attempts)
        wait.until = self._clock.monotonic() + min(longest, again)

    async def _ask(self, topic: Topic) -> CandleSeed:
        if topic.interval is None:
            raise ValueError(f"no candle: {topic.key}")
        if not self._time.is_known:
            await ask_time(self._rest, self._time)
        return await candle_seed(self._rest, topic.symbol, topic.interval, as_of=self._time.now_ms())


class _Wait:
    """When a candle is asked for again (monotonic seconds), and how often it was."""

    def __init__(self) -> None:
        self.until = 0.0
        self.attempts = 0
