"""Candles of the past, read through from the exchange's REST interface.

Identical requests share one answer for a moment, and one fetch while it is under way, so that many page loads cost the
weight of one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

import msgspec
import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.market import rest_parser, selectors
from streaming.market.errors import InvalidParametersError, MarketBusyError, MarketUnavailableError
from streaming.market.fields import ParseError
from streaming.market.parameters import HistoryQuery
from streaming.market.rest import ExchangeBusyError, ExchangeError, rest_from_settings
from streaming.market.rest_parser import KlineRow

_WEIGHT = 2
_MOST_ANSWERS = 256

Rows = tuple[KlineRow, ...]
Fetch = Callable[[], Awaitable[Rows]]

logger = structlog.get_logger(__name__)


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The candles that a query found, oldest first; the last may still be open."""

    query: HistoryQuery
    candles: Rows


async def market_history(query: HistoryQuery) -> HistoryPage:
    """Return the candles of `query`; raise a `MarketError` where the symbol is unknown or the exchange can't answer."""
    await database_sync_to_async(_check_symbol)(query.symbol)
    base_url = settings.EXCHANGE_REST_URL
    rows = await _answers().get((base_url, query), lambda: _fetch(base_url, query))
    return HistoryPage(query=query, candles=rows)


def _check_symbol(symbol: str) -> None:
    if selectors.symbol_exists(symbol):
        return
    if not selectors.any_symbol_exists():
        raise MarketUnavailableError("Market data unavailable")
    raise InvalidParametersError({"symbol": f"Unknown symbol: {symbol}"})


async def _fetch(base_url: str, query: HistoryQuery) -> Rows:
    parameters = {
        "symbol": query.symbol,
        "interval": query.interval.value,
        "startTime": query.start,
        "endTime": query.end,
        "limit": query.limit,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    try:
        body = await rest_from_settings(base_url).get("/api/v3/klines", given, weight=_WEIGHT)
        return rest_parser.parse_klines(body)
    except ExchangeBusyError as error:
        raise MarketBusyError(max(1, round(error.retry_after))) from error
    except (ExchangeError, ParseError) as error:
        logger.warning("candles could not be fetched", symbol=query.symbol, reason=str(error))
        raise MarketUnavailableError("The exchange can't answer now") from error


class SharedAnswers:
    """Answers that are kept for `seconds`, and the fetches under way. One belongs to one event loop."""

    def __init__(self, *, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._clock = clock
        self._held: dict[object, tuple[Rows, float]] = {}
        self._fetching: dict[object, asyncio.Task[Rows]] = {}

    async def get(self, key: object, fetch: Fetch) -> Rows:
        """Return the answer to `key`: held, under way, or fetched now; a failure is told to all who wait, not kept."""
        held = self._held.get(key)
        if held is not None and held[1] > self._clock.monotonic():
            return held[0]
        task = self._fetching.get(key)
        if task is None:
            task = self._fetching[key] = asyncio.ensure_future(self._fetch(key, fetch))
            task.add_done_callback(lambda done: self._finish(key, done))
        return await asyncio.shield(task)

    async def _fetch(self, key: object, fetch: Fetch) -> Rows:
        rows = await fetch()
        now = self._clock.monotonic()
        self._held = {other: held for other, held in self._held.items() if held[1] > now}
        while len(self._held) >= _MOST_ANSWERS:
            del self._held[next(iter(self._held))]
        self._held[key] = (rows, now + self._seconds)
        return rows

    def _finish(self, key: object, task: asyncio.Task[Rows]) -> None:
        del self._fetching[key]
        if not task.cancelled():
            task.exception()  # whoever waits is told; where nobody does any more, that is no fault


_answers_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, SharedAnswers] = WeakKeyDictionary()


def _answers() -> SharedAnswers:
    loop = asyncio.get_running_loop()
    answers = _answers_of_loop.get(loop)
    if answers is None:
        answers = SharedAnswers(seconds=settings.HISTORY_CACHE_SECONDS, clock=SystemClock())
        _answers_of_loop[loop] = answers
    return answers
