"""Candles of the past: those that are stored, and of the exchange's REST interface what is missing and what is open.

What was fetched and has closed is stored, so that it is fetched once; what the exchange doesn't have is remembered as a
gap. Identical requests share one answer, and one fetch while it is under way, so that many page loads cost the weight
of one; it is shared as the text that all are sent, for a thousand candles take a while to write and a megabyte as
objects. An answer is kept the longer the longer its candles are, but not beyond the end of the open one, whose further
states come by the socket; candles that have all closed change no more.

Nobody who shares an answer waits at the database behind other questions of whoever asked first: what is stored is
looked up in one turn of each who asks, unless an answer is there or under way by then; what was learned is stored after
the answer, in the turn of the first.

While the exchange is away, or our share of its weight is used up, what is stored is answered as far as it has no hole
and is not older than what was asked for.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from weakref import WeakKeyDictionary

import msgspec
import structlog
from django.conf import settings
from django.db import transaction

from streaming.clock import Clock, SystemClock
from streaming.database.errors import AnyDatabaseError
from streaming.database.turns import in_turn
from streaming.events import Source
from streaming.market import selectors
from streaming.market.binance.rest_parser import KlineRow
from streaming.market.candles.candles_json import candles_json
from streaming.market.candles.gaps import gaps_store, known_gaps
from streaming.market.candles.ranges import OpenRange, candles_between, missing_of, without
from streaming.market.candles.reading import stored_candles
from streaming.market.candles.storage import candles_store
from streaming.market.errors import ExchangeAwayError, InvalidParametersError, MarketError, MarketUnavailableError
from streaming.market.history import plan
from streaming.market.history.allowance import DailyAllowance
from streaming.market.history.klines import fetch_klines
from streaming.market.history.plan import KlinesRequest, Settled
from streaming.market.history.shared_answers import SharedAnswers
from streaming.market.parameters import HistoryQuery

_LONGEST_LIFE_SECONDS = 60.0
_CLOSED_LIFE_SECONDS = 600.0
_CLOCKS_APART_SECONDS = 10.0
"""How much later than its end by our clock a candle has surely closed by the exchange's."""
_MINUTE_SECONDS = 60.0
_NO_CANDLES = OpenRange(1, 0)

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


class _Learned(msgspec.Struct, frozen=True):
    """What an answer of the exchange teaches for good."""

    rows: Sequence[KlineRow] = ()
    gaps: Sequence[OpenRange] = ()


class _Answer(msgspec.Struct, frozen=True):
    """The candles, whether the exchange could be asked for all that belongs to them, and what is to be stored of it."""

    rows: Rows
    is_whole: bool
    learned: _Learned = _Learned()


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
        self._storing: set[asyncio.Task[None]] = set()

    async def page(self, query: HistoryQuery) -> HistoryPage:
        """Return the candles of `query`; see `market_history`."""
        exchange = _exchange()
        key, shared = (exchange, query), None
        while shared is None:  # what was under way may have ended meanwhile, and be too old already
            question = _question(exchange, query, self._clock.now_ms())
            found = await in_turn(self._find_unless_shared)(key, question)
            shared = await (self._answers.known(key) if found is None else self._first(key, question, found))
        return HistoryPage(query=query, candles=shared.candles)

    async def rows(self, query: HistoryQuery) -> Rows:
        """Return the candles of `query`; see `market_candles`."""
        question = _question(_exchange(), query, self._clock.now_ms())
        answer = await self._answer(question, await in_turn(_find)(question))
        await self._keep(question, answer.learned)
        return answer.rows

    def _find_unless_shared(self, key: object, question: _Question) -> _Found | None:
        _check_symbol(question.query.symbol)
        return None if self._answers.has(key) else _stored(question)

    async def _first(self, key: object, question: _Question, found: _Found) -> _Shared:
        """Answer for all who ask alike, unless somebody does; what one's own answer teaches is stored by the end."""
        storing: list[asyncio.Task[None]] = []
        shared = await self._answers.get(key, partial(self._shared, question, found, storing), _life_of)
        for task in storing:
            await asyncio.shield(task)
        return shared

    async def _shared(self, question: _Question, found: _Found, storing: list[asyncio.Task[None]]) -> _Shared:
        asked_at_ms, least = self._clock.now_ms(), settings.HISTORY_CACHE_SECONDS
        answer = await self._answer(question, found)
        life = life_seconds(question.query, answer.rows, now_ms=asked_at_ms, least=least) if answer.is_whole else least
        task = asyncio.ensure_future(self._keep(question, answer.learned))
        self._storing.add(task)  # whoever waits for it may go
        task.add_done_callback(self._storing.discard)
        storing.append(task)
        return _Shared(candles_json(answer.rows), life)

    async def _answer(self, question: _Question, found: _Found) -> _Answer:
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
        good, learned = _learned(question, request, rows, found)
        limit = question.query.limit
        whole = plan.answer_of(found.rows, good, question.within, limit=limit, newest=question.newest)
        return _Answer(whole, is_whole=True, learned=learned)

    async def _fetch(self, base_url: str, request: KlinesRequest) -> Rows:
        try:
            return await fetch_klines(base_url, request)
        except ExchangeAwayError:
            self._away_until = self._clock.monotonic() + settings.HISTORY_AWAY_SECONDS
            raise

    async def _keep(self, question: _Question, learned: _Learned) -> None:
        symbol, count = question.query.symbol, len(learned.rows) + len(learned.gaps)
        if not count:
            return
        if not self._allowance.take(count, per_day=settings.HISTORY_STORED_PER_DAY):
            logger.warning("candles aren't stored: enough were today", symbol=symbol, candles=len(learned.rows))
            return
        try:
            await in_turn(_store)(question, learned)
        except AnyDatabaseError as error:
            logger.warning("candles could not be stored", symbol=symbol, reason=repr(error))


def _life_of(answer: _Shared, _: int) -> float:
    return answer.life


def _exchange() -> _Exchange:
    return _Exchange(Source(settings.EXCHANGE_SOURCE), settings.EXCHANGE_REST_URL)


def _question(exchange: _Exchange, query: HistoryQuery, now_ms: int) -> _Question:
    return _Question(exchange, query, _within(query, now_ms), now_ms)


def _learned(question: _Question, request: KlinesRequest, rows: Rows, found: _Found) -> tuple[list[KlineRow], _Learned]:
    """Return the candles in the exchange's answer, and what it teaches for good; raise where none of it can be."""
    good = plan.usable(request, rows)
    bad = len(rows) - len(good)
    if bad:
        logger.warning("the exchange gave candles that can't be", symbol=request.symbol, candles=bad)
        if not good:
            raise MarketUnavailableError("The exchange can't answer now")
    final = plan.final_rows(request, good, now_ms=question.now_ms, settled=_settled())
    return good, _Learned(final, [] if bad else _gaps(question, request, good, found))


def _gaps(question: _Question, request: KlinesRequest, rows: list[KlineRow], found: _Found) -> list[OpenRange]:
    until, now_ms = found.missing[-1].end, question.now_ms
    return plan.gaps_of(request, rows, stored=found.rows, until=until, now_ms=now_ms, settled=_settled())


def _settled() -> Settled:
    return Settled(candle=round(_CLOCKS_APART_SECONDS * 1000), gap=round(settings.HISTORY_GAP_SETTLED_SECONDS * 1000))


def _within(query: HistoryQuery, now_ms: int) -> OpenRange:
    """Return which candles may answer: none from after now, by whichever clock is ahead."""
    latest = now_ms + round(_CLOCKS_APART_SECONDS * 1000)
    end = latest if query.end is None else min(query.end, latest)
    return candles_between(query.interval, query.start or 0, end) or _NO_CANDLES


def _find(question: _Question) -> _Found:
    _check_symbol(question.query.symbol)
    return _stored(question)


def _stored(question: _Question) -> _Found:
    query, within = question.query, question.within
    if within == _NO_CANDLES:
        return _Found((), [])
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


def _store(question: _Question, learned: _Learned) -> None:
    source, symbol, interval = question.exchange.source, question.query.symbol, question.query.interval
    with transaction.atomic():
        candles_store(source=source, symbol=symbol, interval=interval, rows=learned.rows, now_ms=question.now_ms)
        gaps_store(source=source, symbol=symbol, interval=interval, gaps=learned.gaps)


_history_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, History] = WeakKeyDictionary()


def _history() -> History:
    loop = asyncio.get_running_loop()
    history = _history_of_loop.get(loop)
    if history is None:
        history = _history_of_loop[loop] = History(SystemClock())
    return history
