"""Filling gaps by REST: newest and most read first, a few at once, within the budget, until it works or is given up."""

import asyncio
from collections.abc import Callable, Collection

import structlog

from streaming.clock import Clock
from streaming.events import Interval
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.gaps.continuity import Continuity
from streaming.market.gaps.fill_queue import FillQueue
from streaming.market.gaps.gap import Gap
from streaming.market.gaps.limits import GapLimits
from streaming.market.sources.errors import ExchangeBusyError, ExchangeError, ParseError, QuestionRefusedError
from streaming.market.sources.source import ROWS_AT_ONCE, SourceRest
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.waiting import wait_for

logger = structlog.get_logger(__name__)


async def ask_time(rest: SourceRest, exchange_time: ExchangeTime) -> None:
    """Ask the exchange for its time; raise what the client and the parser raise."""
    exchange_time.note(await rest.time())


class GapFiller:
    """Fills gaps by REST, a few at once, until it works or they are given up.

    `active` gives the streams that flow now, `readers` how many read a topic.
    """

    def __init__(
        self,
        rest: SourceRest,
        continuity: Continuity,
        *,
        active: Callable[[], Collection[str]],
        readers: Callable[[Topic], int],
        limits: GapLimits,
        exchange_time: ExchangeTime,
        clock: Clock,
    ) -> None:
        self._rest = rest
        self._continuity = continuity
        self._active = active
        self._readers = readers
        self._limits = limits
        self._time = exchange_time
        self._clock = clock
        self._queue = FillQueue(clock)
        self._some = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many gaps wait for REST."""
        return len(self._queue)

    async def run(self) -> None:
        """Look for gaps and fill them, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_looking())
            for _ in range(self._limits.parallel):
                tasks.create_task(self._keep_filling())

    async def _keep_looking(self) -> None:
        while True:
            for topic, gap in self._continuity.look(self._active()):
                readers = self._readers(topic)
                self._queue.add(topic, since=gap.since, readers=readers, is_inherited=gap.is_inherited)
                self._some.set()
            await asyncio.sleep(self._limits.look)

    async def _keep_filling(self) -> None:
        while True:
            self._some.clear()
            topic = self._queue.take()
            if topic is None:
                await wait_for(self._some, self._queue.wait or None)
                continue
            try:
                await self._fill(topic)
            finally:
                self._queue.done(topic)

    async def _fill(self, topic: Topic) -> None:
        """Ask once; what doesn't work is found again by looking."""
        gap = self._continuity.gap_of(topic)
        if gap is None:
            return
        try:
            await self._ask(topic)
        except ExchangeBusyError as error:
            self._queue.block(error.retry_after)
        except QuestionRefusedError as error:  # it would refuse it again
            logger.warning("the exchange has nothing to fill a gap with", topic=topic.key, reason=str(error))
            self._continuity.give_up(topic)
        except (ExchangeError, ParseError) as error:
            self._postpone(topic, gap, error)

    def _postpone(self, topic: Topic, gap: Gap, error: Exception) -> None:
        gap.postpone(self._clock.monotonic(), self._limits.retry, self._limits.retry_maximum)
        logger.info("a gap could not be filled yet", topic=topic.key, reason=str(error), attempt=gap.retries)

    async def _ask(self, topic: Topic) -> None:
        if topic.kind == MarketKind.TRADE:
            asked_at = self._clock.monotonic()
            trades = await self._rest.newest_trades(topic.symbol)
            self._continuity.take_trades(topic, trades, asked_at=asked_at)
        elif topic.interval is not None:
            await self._ask_for_candles(topic, topic.interval)

    async def _ask_for_candles(self, topic: Topic, interval: Interval) -> None:
        if not self._time.is_known:
            await ask_time(self._rest, self._time)
        as_of = self._time.now_ms()
        start = self._continuity.fill_from(topic, at=as_of)
        rows = await self._rest.candles(topic.symbol, interval, start=start, limit=ROWS_AT_ONCE)
        self._continuity.take_candles(topic, rows, as_of=as_of)
