"""Candles of the past, read through from the exchange's REST interface.

Identical requests share one answer, and one fetch while it is under way, so that many page loads cost the weight of
one. An answer is kept the longer the longer its candles are, but not beyond the end of the open one, whose further
states come by the socket; candles that have all closed change no more.
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
from streaming.market.errors import InvalidParametersError, MarketBusyError, MarketError, MarketUnavailableError
from streaming.market.fields import ParseError
from streaming.market.models import UNLISTED
from streaming.market.parameters import HistoryQuery
from streaming.market.rest import ExchangeBusyError, ExchangeError, ExchangeRefusedError, rest_from_settings
from streaming.market.rest_parser import KlineRow

_WEIGHT = 2
_BAD_SYMBOL_CODES = {-1121, -1122}
"""The exchange's for a symbol that it doesn't know, and for one whose status doesn't allow the question."""
_MOST_ANSWERS = 256
_LONGEST_LIFE_SECONDS = 60.0
_CLOSED_LIFE_SECONDS = 600.0
_CLOCKS_APART_SECONDS = 10.0
"""How much later than its end by our clock a candle has surely closed by the exchange's."""
_MINUTE_SECONDS = 60.0

Rows = tuple[KlineRow, ...]
Fetch = Callable[[], Awaitable[Rows]]
Life = Callable[[Rows, int], float]

logger = structlog.get_logger(__name__)


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The candles that a query found, oldest first; the last may still be open."""

    query: HistoryQuery
    candles: Rows


async def market_history(query: HistoryQuery) -> HistoryPage:
    """Return the candles of `query`; raise a `MarketError` where the symbol is unknown or the exchange can't answer."""
    await database_sync_to_async(_check_symbol)(query.symbol)
    base_url, least = settings.EXCHANGE_REST_URL, settings.HISTORY_CACHE_SECONDS
    rows = await _answers().get(
        (base_url, query),
        lambda: _fetch(base_url, query),
        lambda rows, now_ms: life_seconds(query, rows, now_ms=now_ms, least=least),
    )
    return HistoryPage(query=query, candles=rows)


def life_seconds(query: HistoryQuery, rows: Rows, *, now_ms: int, least: float) -> float:
    """Return how long an answer that was fetched at `now_ms` may be given again.

    `least` is for candles of a minute and less; longer ones live in proportion, up to a minute. Pure.
    """
    if not rows:
        return least
    newest = rows[-1]
    open_for = (newest.close_time + 1 - now_ms) / 1000
    if open_for <= 0:
        return _CLOSED_LIFE_SECONDS if open_for <= -_CLOCKS_APART_SECONDS and _is_complete(query, rows) else least
    candle_seconds = (newest.close_time + 1 - newest.open_time) / 1000
    life = min(_LONGEST_LIFE_SECONDS, max(least, least * candle_seconds / _MINUTE_SECONDS))
    return min(life, open_for)


def _is_complete(query: HistoryQuery, rows: Rows) -> bool:
    """Return whether no later candle can belong to the answer."""
    is_full = query.start is not None and len(rows) == query.limit
    return is_full or (query.end is not None and query.end <= rows[-1].close_time)


def _check_symbol(symbol: str) -> None:
    status = selectors.symbol_status(symbol)
    if status == UNLISTED:
        raise InvalidParametersError({"symbol": f"No longer listed: {symbol}"})
    if status is not None:
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
    except ExchangeRefusedError as error:
        raise _refusal(query, error) from error
    except (ExchangeError, ParseError) as error:
        raise _unavailable(query, error) from error


def _refusal(query: HistoryQuery, error: ExchangeRefusedError) -> MarketError:
    """Return what the exchange's refusal means for whoever asked: for a symbol that is halted, it has no candles."""
    try:
        code = rest_parser.parse_error(error.body).code
    except ParseError:
        return _unavailable(query, error)
    if code in _BAD_SYMBOL_CODES:
        return InvalidParametersError({"symbol": f"The exchange has no candles of {query.symbol} now"})
    return _unavailable(query, error)


def _unavailable(query: HistoryQuery, error: Exception) -> MarketUnavailableError:
    logger.warning("candles could not be fetched", symbol=query.symbol, reason=str(error))
    return MarketUnavailableError("The exchange can't answer now")


class SharedAnswers:
    """Answers that are kept for their life, and the fetches under way. One belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[object, tuple[Rows, float]] = {}
        self._fetching: dict[object, asyncio.Task[Rows]] = {}

    async def get(self, key: object, fetch: Fetch, life: Life) -> Rows:
        """Return the answer to `key`: held, under way, or fetched now; a failure is told to all who wait, not kept.

        `life` returns for how many seconds an answer is held, from the answer and the time of day in ms.
        """
        held = self._held.get(key)
        if held is not None and held[1] > self._clock.monotonic():
            return held[0]
        task = self._fetching.get(key)
        if task is None:
            task = self._fetching[key] = asyncio.ensure_future(self._fetch(key, fetch, life))
            task.add_done_callback(lambda done: self._finish(key, done))
        return await asyncio.shield(task)

    async def _fetch(self, key: object, fetch: Fetch, life: Life) -> Rows:
        asked_at_ms = self._clock.now_ms()
        rows = await fetch()
        now = self._clock.monotonic()
        self._held = {other: held for other, held in self._held.items() if held[1] > now}
        while len(self._held) >= _MOST_ANSWERS:
            del self._held[next(iter(self._held))]
        self._held[key] = (rows, now + life(rows, asked_at_ms))
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
        answers = SharedAnswers(SystemClock())
        _answers_of_loop[loop] = answers
    return answers
