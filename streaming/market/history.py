"""Candles of the past: those that are stored, and of the exchange's REST interface what is missing and what is open.

What was fetched and has closed is stored, so that it is fetched once; what the exchange doesn't have is remembered as a
gap. Identical requests share one answer, and one fetch while it is under way, so that many page loads cost the weight
of one; it is shared as the text that all are sent, for a thousand candles take a while to write and a megabyte as
objects. An answer is kept the longer the longer its candles are, but not beyond the end of the open one, whose further
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
from django.db import transaction

from streaming.clock import Clock, SystemClock
from streaming.database_errors import AnyDatabaseError
from streaming.events import Source
from streaming.market import selectors
from streaming.market.candles import plan
from streaming.market.candles.allowance import DailyAllowance
from streaming.market.candles.candles_json import candles_json
from streaming.market.candles.gaps import gaps_store, known_gaps
from streaming.market.candles.plan import KlinesRequest, Settled
from streaming.market.candles.ranges import OpenRange, candles_between, missing_of, without
from streaming.market.candles.reading import stored_candles
from streaming.market.candles.storage import candles_store
from streaming.market.errors import ExchangeAwayError, InvalidParametersError, MarketError, MarketUnavailableError
from streaming.market.klines import fetch_klines
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
    """The candles that a query found, as JSON (see `candles_json`), oldest first; the last may still be open."""

    query: HistoryQuery
    candles: msgspec.Raw


class _Exchange(msgspec.Struct, frozen=True):
    """Whom to ask."""

    source: Source
    base_url: str


class _Question(msgspec.Struct, frozen=True):
    """A query, asked at `now_ms`: about the candles `within`."""

    exchange: _Exchange
    query: HistoryQuery
    within: OpenRange
    now_ms: int

    @property
    def newest(self) -> bool:
        """True where the newest candles are asked for, and not the oldest."""
        return self.query.start is None


class _Found(msgspec.Struct, frozen=True):
    """What is stored for an answer, and what would still belong to it."""

    rows: Rows
    missing: list[OpenRange]


class _Answer(msgspec.Struct, frozen=True):
    """The candles, and whether the exchange could be asked for all that belongs to them."""

    rows: Rows
    is_whole: bool


class _Shared(msgspec.Struct, frozen=True):
    """An answer as all are sent it who ask alike, and for how many seconds it may be given again."""

    candles: msgspec.Raw
    life: float


async def market_history(query: HistoryQuery) -> HistoryPage:
    """Return the candles of `query`.

    Raise a `MarketError` where the symbol is unknown, or where nothing is stored and the exchange can't answer.
    """
    return await _history().page(query)


async def market_candles(query: HistoryQuery) -> Rows:
    """Return the candles of `query` as they are stored, for whoever computes with them; it raises like the above."""
    return await _history().rows(query)


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
    fault = selectors.symbol_fault(symbol)
    if fault is not None:
        raise InvalidParametersError({"symbol": fault})


class History:
    """Answers questions for candles, by a clock. One belongs to one event loop.

    Once the exchange is found to be away, what is stored is answered for a while without waiting for it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers = SharedAnswers[_Shared](clock)
        self._allowance = DailyAllowance(clock)
        self._away_until = 0.0

    async def page(self, query: HistoryQuery) -> HistoryPage:
        """Return the candles of `query`; see `market_history`."""
        await database_sync_to_async(_check_symbol)(query.symbol)
        exchange = _Exchange(Source(settings.EXCHANGE_SOURCE), settings.EXCHANGE_REST_URL)
        shared = await self._answers.get((exchange, query), lambda: self._shared(exchange, query), _life_of)
        return HistoryPage(query=query, candles=shared.candles)

    async def rows(self, query: HistoryQuery) -> Rows:
        """Return the candles of `query`; see `market_candles`."""
        await database_sync_to_async(_check_symbol)(query.symbol)
        exchange = _Exchange(Source(settings.EXCHANGE_SOURCE), settings.EXCHANGE_REST_URL)
        return (await self._answer(exchange, query)).rows

    async def _shared(self, exchange: _Exchange, query: HistoryQuery) -> _Shared:
        asked_at_ms, least = self._clock.now_ms(), settings.HISTORY_CACHE_SECONDS
        answer = await self._answer(exchange, query)
        life = life_seconds(query, answer.rows, now_ms=asked_at_ms, least=least) if answer.is_whole else least
        return _Shared(candles_json(answer.rows), life)

    async def _answer(self, exchange: _Exchange, query: HistoryQuery) -> _Answer:
        now_ms = self._clock.now_ms()
        within = _within(query, now_ms)
        if within is None:
            return _Answer((), is_whole=True)
        question = _Question(exchange, query, within, now_ms)
        found = await database_sync_to_async(_find)(question)
        return await self._complete(question, found) if found.missing else _Answer(found.rows, is_whole=True)

    async def _complete(self, question: _Question, found: _Found) -> _Answer:
        """Return what is stored with what the exchange adds to it; without the latter only where it is away."""
        stored = _without_exchange(question, found)
        if stored and self._clock.monotonic() < self._away_until:
            return _Answer(stored, is_whole=False)
        request = _request(question, found.missing)
        try:
            rows = await self._fetch(question.exchange.base_url, request)
        except MarketError as error:
            if not stored:
                raise
            logger.info("only stored candles are answered", symbol=request.symbol, reason=error.message)
            return _Answer(stored, is_whole=False)
        good = await self._learn(question, request, rows, found)
        limit = question.query.limit
        whole = plan.answer_of(found.rows, good, question.within, limit=limit, newest=question.newest)
        return _Answer(whole, is_whole=True)

    async def _fetch(self, base_url: str, request: KlinesRequest) -> Rows:
        try:
            return await fetch_klines(base_url, request)
        except ExchangeAwayError:
            self._away_until = self._clock.monotonic() + settings.HISTORY_AWAY_SECONDS
            raise

    async def _learn(self, question: _Question, request: KlinesRequest, rows: Rows, found: _Found) -> list[KlineRow]:
        """Store what the exchange's answer teaches for good; return the candles in it."""
        good = plan.usable(request, rows)
        bad = len(rows) - len(good)
        if bad:
            logger.warning("the exchange gave candles that can't be", symbol=request.symbol, candles=bad)
            if not good:
                raise MarketUnavailableError("The exchange can't answer now")
        final = plan.final_rows(request, good, now_ms=question.now_ms, settled=_settled())
        await self._keep(question, final, [] if bad else _gaps(question, request, good, found))
        return good

    async def _keep(self, question: _Question, rows: list[KlineRow], gaps: list[OpenRange]) -> None:
        symbol = question.query.symbol
        if not self._allowance.take(len(rows) + len(gaps), per_day=settings.HISTORY_STORED_PER_DAY):
            logger.warning("candles aren't stored: enough were today", symbol=symbol, candles=len(rows))
            return
        try:
            await database_sync_to_async(_store)(question, rows, gaps)
        except AnyDatabaseError as error:
            logger.warning("candles could not be stored", symbol=symbol, reason=repr(error))


def _life_of(answer: _Shared, _: int) -> float:
    return answer.life


def _gaps(question: _Question, request: KlinesRequest, rows: list[KlineRow], found: _Found) -> list[OpenRange]:
    until, now_ms = found.missing[-1].end, question.now_ms
    return plan.gaps_of(request, rows, stored=found.rows, until=until, now_ms=now_ms, settled=_settled())


def _settled() -> Settled:
    return Settled(candle=round(_CLOCKS_APART_SECONDS * 1000), gap=round(settings.HISTORY_GAP_SETTLED_SECONDS * 1000))


def _within(query: HistoryQuery, now_ms: int) -> OpenRange | None:
    """Return which candles may answer: none from after now, by whichever clock is ahead."""
    latest = now_ms + round(_CLOCKS_APART_SECONDS * 1000)
    end = latest if query.end is None else min(query.end, latest)
    return candles_between(query.interval, query.start or 0, end)


def _find(question: _Question) -> _Found:
    query, within = question.query, question.within
    source, symbol, interval, limit = question.exchange.source, query.symbol, query.interval, query.limit
    rows = stored_candles(
        source=source,
        symbol=symbol,
        interval=interval,
        start=within.start,
        end=within.end,
        limit=limit,
        newest=question.newest,
    )
    needed = plan.needed(within, rows, limit=limit, newest=question.newest)
    missing = missing_of(interval, needed, [row.open_time for row in rows])
    gaps = known_gaps(source=source, symbol=symbol, interval=interval, within=needed) if missing else []
    return _Found(rows, without(interval, missing, gaps))


def _request(question: _Question, missing: list[OpenRange]) -> KlinesRequest:
    query = question.query
    open_end = query.end is None and missing[-1].end == question.within.end
    return plan.request_for(
        query.symbol, query.interval, missing, limit=query.limit, newest=question.newest, open_end=open_end
    )


def _without_exchange(question: _Question, found: _Found) -> Rows:
    query = question.query
    return plan.without_exchange(
        query.interval, found.rows, found.missing, question.within, limit=query.limit, newest=question.newest
    )


def _store(question: _Question, rows: list[KlineRow], gaps: list[OpenRange]) -> None:
    source, symbol, interval = question.exchange.source, question.query.symbol, question.query.interval
    with transaction.atomic():
        candles_store(source=source, symbol=symbol, interval=interval, rows=rows, now_ms=question.now_ms)
        gaps_store(source=source, symbol=symbol, interval=interval, gaps=gaps)


_history_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, History] = WeakKeyDictionary()


def _history() -> History:
    loop = asyncio.get_running_loop()
    history = _history_of_loop.get(loop)
    if history is None:
        history = _history_of_loop[loop] = History(SystemClock())
    return history
