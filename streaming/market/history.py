"""Candles of the past: those that are stored, and of the exchange's REST interface what is missing and what is open.

What was fetched and has closed is stored, so that it is fetched once; what the exchange doesn't have is remembered as a
gap. Identical requests share one answer, and one fetch while it is under way, so that many page loads cost the weight
of one. An answer is kept the longer the longer its candles are, but not beyond the end of the open one, whose further
states come by the socket; candles that have all closed change no more.

While the exchange is away, or our share of its weight is used up, what is stored is answered as far as it has no hole
and is not older than what was asked for.
"""

import asyncio
from weakref import WeakKeyDictionary

import msgspec
import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error, transaction

from streaming.clock import Clock, SystemClock
from streaming.events import Source
from streaming.market import selectors
from streaming.market.candles import plan
from streaming.market.candles.gaps import gaps_store, known_gaps
from streaming.market.candles.plan import KlinesRequest, Settled
from streaming.market.candles.ranges import OpenRange, candles_between, missing_of, without
from streaming.market.candles.reading import stored_candles
from streaming.market.candles.storage import candles_store
from streaming.market.errors import InvalidParametersError, MarketError, MarketUnavailableError
from streaming.market.klines import fetch_klines
from streaming.market.models import UNLISTED
from streaming.market.parameters import HistoryQuery
from streaming.market.rest_parser import KlineRow
from streaming.market.shared_answers import SharedAnswers

_LONGEST_LIFE_SECONDS = 60.0
_CLOSED_LIFE_SECONDS = 600.0
_CLOCKS_APART_SECONDS = 10.0
"""How much later than its end by our clock a candle has surely closed by the exchange's."""
_MINUTE_SECONDS = 60.0

Rows = tuple[KlineRow, ...]

logger = structlog.get_logger(__name__)


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """The candles that a query found, oldest first; the last may still be open."""

    query: HistoryQuery
    candles: Rows


class _Exchange(msgspec.Struct, frozen=True):
    """Whom to ask."""

    source: Source
    base_url: str


class _Found(msgspec.Struct, frozen=True):
    """What is stored for an answer, and what would still belong to it."""

    rows: Rows
    missing: list[OpenRange]


async def market_history(query: HistoryQuery) -> HistoryPage:
    """Return the candles of `query`.

    Raise a `MarketError` where the symbol is unknown, or where nothing is stored and the exchange can't answer.
    """
    return await _history().page(query)


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


class History:
    """Answers questions for candles, by a clock. One belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers = SharedAnswers[Rows](clock)

    async def page(self, query: HistoryQuery) -> HistoryPage:
        """Return the candles of `query`; see `market_history`."""
        await database_sync_to_async(_check_symbol)(query.symbol)
        exchange = _Exchange(Source(settings.EXCHANGE_SOURCE), settings.EXCHANGE_REST_URL)
        least = settings.HISTORY_CACHE_SECONDS
        rows = await self._answers.get(
            (exchange, query),
            lambda: self._answer(exchange, query),
            lambda rows, now_ms: life_seconds(query, rows, now_ms=now_ms, least=least),
        )
        return HistoryPage(query=query, candles=rows)

    async def _answer(self, exchange: _Exchange, query: HistoryQuery) -> Rows:
        now_ms = self._clock.now_ms()
        within = _asked(query, now_ms)
        if within is None:
            return ()
        newest = query.start is None
        found = await database_sync_to_async(_find)(exchange.source, query, within)
        if not found.missing:
            return found.rows
        open_end = query.end is None and found.missing[-1].end == within.end
        request = plan.request_for(
            query.symbol, query.interval, found.missing, limit=query.limit, newest=newest, open_end=open_end
        )
        try:
            rows = await fetch_klines(exchange.base_url, request)
        except MarketError as error:
            return _without_exchange(query, found, within, error)
        good = await _learn(exchange.source, request, rows, until=found.missing[-1].end, now_ms=now_ms)
        return plan.answer_of(found.rows, good, within, limit=query.limit, newest=newest)


def _asked(query: HistoryQuery, now_ms: int) -> OpenRange | None:
    """Return which candles may answer: none from after now, by whichever clock is ahead."""
    latest = now_ms + round(_CLOCKS_APART_SECONDS * 1000)
    end = latest if query.end is None else min(query.end, latest)
    return candles_between(query.interval, query.start or 0, end)


def _find(source: Source, query: HistoryQuery, within: OpenRange) -> _Found:
    newest, interval = query.start is None, query.interval
    rows = stored_candles(
        source=source,
        symbol=query.symbol,
        interval=interval,
        start=within.start,
        end=within.end,
        limit=query.limit,
        newest=newest,
    )
    needed = plan.needed(within, rows, limit=query.limit, newest=newest)
    missing = missing_of(interval, needed, [row.open_time for row in rows])
    gaps = known_gaps(source=source, symbol=query.symbol, interval=interval, within=needed) if missing else []
    return _Found(rows, without(interval, missing, gaps))


def _without_exchange(query: HistoryQuery, found: _Found, within: OpenRange, error: MarketError) -> Rows:
    rows = plan.without_exchange(
        query.interval, found.rows, found.missing, within, limit=query.limit, newest=query.start is None
    )
    if not rows:
        raise error
    logger.info("only stored candles are answered", symbol=query.symbol, candles=len(rows), reason=error.message)
    return rows


async def _learn(source: Source, request: KlinesRequest, rows: Rows, *, until: int, now_ms: int) -> list[KlineRow]:
    """Store what the exchange's answer teaches for good; return the candles in it."""
    good = plan.usable(request, rows)
    if len(good) != len(rows):
        logger.warning("the exchange gave candles that can't be", symbol=request.symbol, candles=len(rows) - len(good))
        if not good:
            raise MarketUnavailableError("The exchange can't answer now")
    settled = Settled(
        candle=round(_CLOCKS_APART_SECONDS * 1000), gap=round(settings.HISTORY_GAP_SETTLED_SECONDS * 1000)
    )
    final = plan.final_rows(request, good, now_ms=now_ms, settled=settled)
    is_whole = len(good) == len(rows)
    gaps = plan.gaps_of(request, good, until=until, now_ms=now_ms, settled=settled) if is_whole else []
    try:
        await database_sync_to_async(_store)(source, request, final, gaps, now_ms)
    except Error as error:
        logger.warning("candles could not be stored", symbol=request.symbol, reason=repr(error))
    return good


def _store(source: Source, request: KlinesRequest, rows: list[KlineRow], gaps: list[OpenRange], now_ms: int) -> None:
    symbol, interval = request.symbol, request.interval
    with transaction.atomic():
        candles_store(source=source, symbol=symbol, interval=interval, rows=rows, now_ms=now_ms)
        gaps_store(source=source, symbol=symbol, interval=interval, gaps=gaps)


_history_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, History] = WeakKeyDictionary()


def _history() -> History:
    loop = asyncio.get_running_loop()
    history = _history_of_loop.get(loop)
    if history is None:
        history = _history_of_loop[loop] = History(SystemClock())
    return history
