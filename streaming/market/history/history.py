"""Candles of the past: those that are stored, and of the exchange's REST interface what is missing and what is open.

What was fetched and has closed is stored, so that it is fetched once; what the exchange doesn't have is remembered as a
gap. Identical requests share one answer, and one fetch while it is under way, so that many page loads cost the weight
of one; it is shared as the text that all are sent, for a thousand candles take a while to write and a megabyte as
objects. An answer is kept the longer the longer its candles are, but not beyond the end of the open one, whose further
states come by the socket; candles that have all closed change no more.

Of one requester two queries at a time are worked on, from the look at what is stored to the end of storing what was
learned: a thousand candles are megabytes and a tenth of a second of work, and whoever asks sixty times at once has the
others wait. Nobody waits for somebody else's turn: who asks alike joins what is under way, and by then has a turn.

While the exchange is away, or our share of its weight is used up, what is stored is answered as far as it has no hole
and is not older than what was asked for.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextvars import Context
from functools import partial
from typing import Any, TypeVar

import msgspec
from django.conf import settings

from streaming.clock import Clock
from streaming.database.fair_queries import asking, current_requester, in_turn
from streaming.fair_queue import FairQueue
from streaming.market.candles.candles_json import candles_json
from streaming.market.history.cache_lifetime import lifetime_seconds
from streaming.market.history.candle_query import CandleQuery, Exchange, candle_query_of, exchange_of
from streaming.market.history.completing import Completing
from streaming.market.history.shared_answers import SharedAnswers
from streaming.market.history.stored import DATABASE_THREAD, Rows, check_series, found_for
from streaming.market.history.storing import Learned, Storing
from streaming.market.parameters import HistoryQuery

QUERIES_AT_A_TIME = 2
"""Of one requester: one asks the exchange while the other is read, written or stored."""

Result = TypeVar("Result")


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The candles that a query found, as JSON (see `candles_json`), oldest first; the last may still be open."""

    query: HistoryQuery
    candles: msgspec.Raw


class _Shared(msgspec.Struct, frozen=True):
    """An answer as all are sent it who ask alike, and for how many seconds it may be given again."""

    candles: msgspec.Raw
    lifetime: float


class History:
    """Answers queries for candles, by a clock. One belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers = SharedAnswers[_Shared](clock, size_of=lambda shared: len(memoryview(shared.candles)))
        self._completing = Completing(clock)
        self._storing = Storing(clock)
        self._turns = FairQueue(at_a_time=None, most_of=_most_of)
        self._working: set[asyncio.Task[Any]] = set()

    async def page(self, query: HistoryQuery) -> HistoryPage:
        """Return the candles of `query` as JSON that all share who ask alike.

        Raise a `MarketError` where the symbol is unknown, or where nothing is stored and the exchange can't answer.
        """
        exchange = exchange_of(query.symbol)
        await in_turn(check_series)(query)
        shared = await self._answers.known((exchange, query))
        while shared is None:  # what was under way may have ended meanwhile, and be too old already
            shared = await self._by_turns(partial(self._shared, exchange, query))
        return HistoryPage(query=query, candles=shared.candles)

    async def rows(self, query: HistoryQuery) -> Rows:
        """Return the candles of `query` as rows of exact numbers; raise as `page` does."""
        await in_turn(check_series)(query)
        return await self._by_turns(partial(self._rows, query))

    async def _by_turns(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Return what `work` does in the requester's turn.

        Once begun it goes on, and keeps its turn, though whoever asked leaves: others may share it. So it isn't done
        in the context of one request, with whose end its thread at the database ends.
        """
        requester = current_requester()
        await self._turns.take(requester)
        task = asyncio.create_task(_worked(requester, work), context=Context())
        self._working.add(task)
        task.add_done_callback(partial(self._ended, requester))
        return await asyncio.shield(task)

    def _ended(self, requester: str, task: asyncio.Task[Any]) -> None:
        self._working.discard(task)
        self._turns.give_back(requester)
        if not task.cancelled():
            task.exception()  # whoever waits is told; where nobody does any more, that is no fault

    async def _rows(self, query: HistoryQuery) -> Rows:
        candle_query = candle_query_of(exchange_of(query.symbol), query, self._clock.now_ms())
        answer = await self._completing.answer(
            candle_query, await in_turn(found_for, executor=DATABASE_THREAD)(candle_query)
        )
        await self._storing.keep(candle_query, answer.learned)
        return answer.rows

    async def _shared(self, exchange: Exchange, query: HistoryQuery) -> _Shared | None:
        """Answer for all who ask alike, unless somebody does; what one's own answer teaches is stored by the end."""
        key = (exchange, query)
        if self._answers.has(key):
            return await self._answers.known(key)
        candle_query = candle_query_of(exchange, query, self._clock.now_ms())
        learned: list[Learned] = []
        shared = await self._answers.get(key, partial(self._make, candle_query, learned), _life_of)
        for what in learned:
            await self._storing.keep(candle_query, what)
        return shared

    async def _make(self, candle_query: CandleQuery, learned: list[Learned]) -> _Shared:
        found = await in_turn(found_for, executor=DATABASE_THREAD)(candle_query)
        asked_at_ms, least = self._clock.now_ms(), settings.HISTORY_CACHE_SECONDS
        answer = await self._completing.answer(candle_query, found)
        lifetime = (
            lifetime_seconds(candle_query.parameters, answer.rows, now_ms=asked_at_ms, least=least)
            if answer.is_whole
            else least
        )
        learned.append(answer.learned)
        return _Shared(candles_json(answer.rows), lifetime)


async def _worked(requester: str, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    with asking(requester):
        return await work()


def _most_of(requester: str) -> int:
    """Return how many queries are worked on at a time; what the process asks for itself waits for nothing."""
    return QUERIES_AT_A_TIME if requester else sys.maxsize


def _life_of(answer: _Shared, _: int) -> float:
    return answer.lifetime
