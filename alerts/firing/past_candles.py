"""Candles of the past, for indicators and for closes that nobody saw: of a few topics at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

import msgspec
import structlog

from alerts.firing.candle_lines import Need
from alerts.firing.evaluation import Evaluation
from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.events import Source
from streaming.indicators.bar import Bar
from streaming.market.candle_history import market_candles
from streaming.market.errors import MarketError
from streaming.market.own_source import own_source
from streaming.market.parameters import MAXIMUM_CANDLES, HistoryQuery
from streaming.topics.topic import Topic

_AGAIN_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 60.0
_PATIENCE_SECONDS = 180.0
"""How long closes that were missed wait for a history that fails, before what came since goes on without them."""

_LOOK_SECONDS = 1.0
_TOPICS_AT_A_TIME = 4

Candles = Callable[[HistoryQuery], Awaitable[Sequence[Bar]]]

logger = structlog.get_logger(__name__)


class _Asked(msgspec.Struct):
    """A topic that was asked for: not again before a time, and since when, and with which wait next, that fails."""

    not_before: float
    failing_since: float | None = None
    wait: float = _AGAIN_SECONDS


class PastCandles:
    """Asks a history; of one topic only now and then, and where that fails after growing waits."""

    def __init__(self, clock: Clock, candles: Candles = market_candles) -> None:
        self._clock = clock
        self._candles = candles
        self._asked: dict[Topic, _Asked] = {}

    @property
    def is_simulated(self) -> bool:
        """True where the history is not of a real market."""
        return own_source() is Source.SIMULATOR

    async def bars(self, need: Need) -> Sequence[Bar] | None:
        """Return the closed candles that are needed, oldest first; none where they could not be had for minutes.

        None where it is too early to ask, or too early to give up.
        """
        now = self._clock.monotonic()
        asked = self._asked.setdefault(need.topic, _Asked(not_before=now))
        if asked.not_before > now:
            return None
        asked.not_before = now + _AGAIN_SECONDS
        try:
            rows = await self._pages(need)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this topic's, and may be over next time
            return self._failed(need.topic, asked, error)
        asked.failing_since, asked.wait = None, _AGAIN_SECONDS
        return [row for row in rows if row.close_time < self._clock.now_ms()]

    async def _pages(self, need: Need) -> Sequence[Bar]:
        """Return the newest candles, up to the one that is open: as many as reach back far enough, where there are."""
        rows: list[Bar] = []
        while (left := _most(need) - len(rows)) > 0:
            limit, end = min(MAXIMUM_CANDLES, left), rows[0].open_time - 1 if rows else None
            page = await self._candles(
                HistoryQuery(symbol=need.topic.symbol, interval=need.interval, start=None, end=end, limit=limit)
            )
            rows = [*page, *rows]
            if len(page) < limit or _is_enough(rows, need):
                break
        return rows

    def forget_all_but(self, topics: Collection[Topic]) -> None:
        """Forget the topics of which nothing is wanted any more."""
        now = self._clock.monotonic()
        self._asked = {topic: one for topic, one in self._asked.items() if topic in topics or one.not_before > now}

    def _failed(self, topic: Topic, asked: _Asked, error: Exception) -> Sequence[Bar] | None:
        is_fault = not isinstance(error, MarketError | AnyDatabaseError)
        logger.warning(
            "candles of the past can't be had now", topic=topic.key, reason=str(error) or repr(error),
            retry_seconds=asked.wait, exc_info=error if is_fault else None,
        )  # fmt: skip
        now = self._clock.monotonic()
        asked.failing_since = now if asked.failing_since is None else asked.failing_since
        asked.not_before, asked.wait = now + asked.wait, min(2 * asked.wait, _LONGEST_WAIT_SECONDS)
        return () if now - asked.failing_since >= _PATIENCE_SECONDS else None


def _most(need: Need) -> int:
    """Return how many candles are asked for at most: the open one, those that were missed, and those before them."""
    return need.count + (1 if need.since is None else MAXIMUM_CANDLES)


def _is_enough(rows: Sequence[Bar], need: Need) -> bool:
    """Return whether as many as are needed come before those that were missed."""
    known = len(rows) - 1 if need.since is None else sum(row.close_time <= need.since for row in rows)
    return known >= need.count


class PastCandlesLoader:
    """Asks `past` for what `evaluation` needs; `filled` is called each time that it has got something."""

    def __init__(self, evaluation: Evaluation, past: PastCandles, filled: Callable[[], None]) -> None:
        self._evaluation = evaluation
        self._past = past
        self._filled = filled

    async def run(self) -> None:
        """Look now and then what is needed, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Ask once for all that is needed now; return when all of it has been answered, or has failed."""
        needs = self._evaluation.needs
        self._past.forget_all_but({need.topic for need in needs})
        waiting = iter(needs)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(_TOPICS_AT_A_TIME, len(needs))):
                tasks.create_task(self._get_each(waiting))

    async def _get_each(self, waiting: Iterator[Need]) -> None:
        for need in waiting:
            try:
                await self._get(need)
            except Exception:  # whatever is wrong with one series, the others are asked for
                logger.exception("candles of the past can't be taken", topic=need.topic.key)

    async def _get(self, need: Need) -> None:
        bars = await self._past.bars(need)
        if bars is not None:
            self._evaluation.fill(need, bars, simulated=self._past.is_simulated)
            self._filled()
