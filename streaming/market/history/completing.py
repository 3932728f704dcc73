"""Answers made whole: what is stored with what the exchange adds to it, and what is learned from that."""

import msgspec
import structlog
from django.conf import settings

from streaming.clock import Clock
from streaming.market.candle_ranges import CandleRange
from streaming.market.errors import ExchangeAwayError, MarketError, MarketUnavailableError
from streaming.market.history import plan
from streaming.market.history.candle_query import CLOCKS_APART_SECONDS, CandleQuery
from streaming.market.history.klines import fetch_klines
from streaming.market.history.plan import KlinesRequest, Settled
from streaming.market.history.stored import Found, Rows
from streaming.market.history.storing import Learned
from streaming.market.sources.answers import KlineRow

logger = structlog.get_logger(__name__)


class CompletedAnswer(msgspec.Struct, frozen=True):
    """The candles, whether the exchange could be asked for all that belongs to them, and what is to be stored of it."""

    rows: Rows
    is_whole: bool
    learned: Learned = Learned()


class Completing:
    """Adds what the exchange has of a query; found to be away, it isn't asked for a while."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._away_until = 0.0

    async def answer(self, candle_query: CandleQuery, found: Found) -> CompletedAnswer:
        """Return what is stored with what the exchange adds to it; without the latter only where it is away."""
        if not found.missing:
            return CompletedAnswer(found.rows, is_whole=True)
        stored = _without_exchange(candle_query, found)
        if stored and self._clock.monotonic() < self._away_until:
            return CompletedAnswer(stored, is_whole=False)
        request = _request(candle_query, found.missing)
        try:
            rows = await self._fetch(candle_query.exchange.base_url, request)
        except MarketError as error:
            if not stored:
                raise
            logger.info("only stored candles are answered", symbol=request.symbol, reason=error.message)
            return CompletedAnswer(stored, is_whole=False)
        return _whole(candle_query, request, rows, found)

    async def _fetch(self, base_url: str, request: KlinesRequest) -> Rows:
        try:
            return await fetch_klines(base_url, request)
        except ExchangeAwayError:
            self._away_until = self._clock.monotonic() + settings.HISTORY_AWAY_SECONDS
            raise


def _whole(candle_query: CandleQuery, request: KlinesRequest, rows: Rows, found: Found) -> CompletedAnswer:
    good, learned = _learned(candle_query, request, rows, found)
    limit = candle_query.parameters.limit
    whole = plan.answer_of(found.rows, good, candle_query.within, limit=limit, newest=candle_query.newest)
    return CompletedAnswer(whole, is_whole=True, learned=learned)


def _learned(
    candle_query: CandleQuery, request: KlinesRequest, rows: Rows, found: Found
) -> tuple[list[KlineRow], Learned]:
    """Return the candles in the exchange's answer, and what it teaches for good; raise where none of it can be."""
    good = plan.usable(request, rows)
    bad = len(rows) - len(good)
    if bad:
        logger.warning("the exchange gave candles that can't be", symbol=request.symbol, candles=bad)
        if not good:
            raise MarketUnavailableError("The exchange can't answer now")
    final = plan.final_rows(request, good, now_ms=candle_query.now_ms, settled=_settled())
    return good, Learned(final, [] if bad else _gaps(candle_query, request, good, found))


def _gaps(candle_query: CandleQuery, request: KlinesRequest, rows: list[KlineRow], found: Found) -> list[CandleRange]:
    until, now_ms = found.missing[-1].end, candle_query.now_ms
    return plan.gaps_of(request, rows, stored=found.rows, until=until, now_ms=now_ms, settled=_settled())


def _settled() -> Settled:
    return Settled(candle=round(CLOCKS_APART_SECONDS * 1000), gap=round(settings.HISTORY_GAP_SETTLED_SECONDS * 1000))


def _request(candle_query: CandleQuery, missing: list[CandleRange]) -> KlinesRequest:
    query = candle_query.parameters
    open_end = query.end is None and missing[-1].end == candle_query.within.end
    return plan.request_for(
        query.symbol, query.interval, missing, limit=query.limit, newest=candle_query.newest, open_end=open_end
    )


def _without_exchange(candle_query: CandleQuery, found: Found) -> Rows:
    query = candle_query.parameters
    return plan.without_exchange(
        query.interval, found.rows, found.missing, candle_query.within, limit=query.limit, newest=candle_query.newest
    )
