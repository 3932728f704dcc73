"""Filling gaps by REST: newest and most read first, a few at once, within the budget, until it works or is given up."""

import asyncio
from collections.abc import Callable, Collection

import structlog

from streaming.clock import Clock
from streaming.market.binance import rest_parser
from streaming.market.binance.fields import ParseError
from streaming.market.binance.rest_client import ExchangeBusyError, ExchangeError, ExchangeRefusedError, ExchangeRest
from streaming.market.bridge.exchange_time import ExchangeTime
from streaming.market.gaps import candles, trades
from streaming.market.gaps.continuity import Continuity
from streaming.market.gaps.fill_queue import FillQueue
from streaming.market.gaps.gap import Gap
from streaming.market.gaps.limits import GapLimits
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.waiting import wait_for

_TRADES_WEIGHT, _KLINES_WEIGHT, _TIME_WEIGHT = 25, 2, 1
_BAD_REQUEST = 400

logger = structlog.get_logger(__name__)


async def ask_time(rest: ExchangeRest, exchange_time: ExchangeTime) -> None:
    """Ask the exchange for its time; raise what the client and the parser raise."""
    exchange_time.note(rest_parser.parse_time(await rest.get("/api/v3/time", weight=_TIME_WEIGHT)))


class GapFiller:
    """Fills gaps by REST, a few at once, until it works or they are given up.

    `active` gives the streams that flow now, `readers` how many read a topic.
    """

    def __init__(
        self,
        rest: ExchangeRest,
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
        except ExchangeRefusedError as error:
            if error.status == _BAD_REQUEST:  # it would refuse it again
                logger.warning("the exchange has nothing to fill a gap with", topic=topic.key, reason=str(error))
                self._continuity.give_up(topic)
            else:
                self._postpone(topic, gap, error)
        except (ExchangeError, ParseError) as error:
            self._postpone(topic, gap, error)

    def _postpone(self, topic: Topic, gap: Gap, error: Exception) -> None:
        gap.postpone(self._clock.monotonic(), self._limits.retry, self._limits.retry_maximum)
        logger.info("a gap could not be filled yet", topic=topic.key, reason=str(error), attempt=gap.failures)

    async def _ask(self, topic: Topic) -> None:
        if topic.kind == MarketKind.TRADE:
            asked_at = self._clock.monotonic()
            body = await self._rest.get(
                "/api/v3/trades", {"symbol": topic.symbol, "limit": trades.MAXIMUM_ROWS}, weight=_TRADES_WEIGHT
            )
            self._continuity.take_trades(topic, rest_parser.parse_trades(body), asked_at=asked_at)
            return
        if not self._time.is_known:
            await ask_time(self._rest, self._time)
        as_of = self._time.now_ms()
        body = await self._rest.get("/api/v3/klines", self._candle_query(topic, as_of), weight=_KLINES_WEIGHT)
        self._continuity.take_candles(topic, rest_parser.parse_klines(body), as_of=as_of)

    def _candle_query(self, topic: Topic, as_of: int) -> dict[str, str | int]:
        return {
            "symbol": topic.symbol,
            "interval": "" if topic.interval is None else topic.interval.value,
            "startTime": self._continuity.fill_from(topic, at=as_of),
            "limit": candles.MAXIMUM_ROWS,
        }
