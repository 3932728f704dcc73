"""Asking the exchange for candles on behalf of clients, within history's own share of the request weight."""

from functools import cache

import structlog
from django.conf import settings

from streaming.clock import SystemClock
from streaming.market.errors import (
    ExchangeAwayError,
    InvalidParametersError,
    MarketBusyError,
    MarketError,
    MarketUnavailableError,
)
from streaming.market.history.plan import KlinesRequest
from streaming.market.sources.answers import KlineRow
from streaming.market.sources.discovery import current_source
from streaming.market.sources.errors import (
    ExchangeBusyError,
    ExchangeError,
    ExchangeUnavailableError,
    ParseError,
    QuestionRefusedError,
)
from streaming.market.sources.rest.weight_budget import WeightBudget
from streaming.market.sources.source import SourceRest

_NO_ANSWER = "The exchange can't answer now"

logger = structlog.get_logger(__name__)


async def fetch_klines(base_url: str, request: KlinesRequest) -> tuple[KlineRow, ...]:
    """Return what the exchange answers, oldest first; raise a `MarketError` where it has no candles to give."""
    rest = current_source().rest(base_url)
    wait = _share(base_url, settings.HISTORY_WEIGHT_PER_MINUTE).spend(rest.candles_weight)
    if wait:
        raise MarketBusyError(max(1, round(wait)))
    try:
        return _as_many(request, await _candles(rest, request))
    except ExchangeBusyError as error:
        raise MarketBusyError(max(1, round(error.retry_after))) from error
    except QuestionRefusedError as error:
        raise _refusal(request, error) from error
    except ExchangeUnavailableError as error:
        logger.warning("the exchange can't be asked for candles", symbol=request.symbol, reason=str(error))
        raise ExchangeAwayError(_NO_ANSWER) from error
    except (ExchangeError, ParseError) as error:
        raise _unavailable(request, error) from error


async def _candles(rest: SourceRest, request: KlinesRequest) -> tuple[KlineRow, ...]:
    return await rest.candles(
        request.symbol, request.interval, start=request.start, end=request.end, limit=request.limit
    )


def _as_many(request: KlinesRequest, rows: tuple[KlineRow, ...]) -> tuple[KlineRow, ...]:
    if len(rows) > request.limit:
        raise ParseError(f"more than the {request.limit:,} candles that were asked for")
    return rows


@cache
def _share(base_url: str, per_minute: int) -> WeightBudget:
    """Return what clients may spend here, so that the bridge can always fill its gaps."""
    return WeightBudget(per_minute, SystemClock())


def _refusal(request: KlinesRequest, error: QuestionRefusedError) -> MarketError:
    """Return what the exchange's refusal means for whoever asked: for a symbol that is halted, it has no candles."""
    if error.is_of_symbol:
        return InvalidParametersError({"symbol": f"The exchange has no candles of {request.symbol} now"})
    return _unavailable(request, error)


def _unavailable(request: KlinesRequest, error: Exception) -> MarketUnavailableError:
    logger.warning("candles could not be fetched", symbol=request.symbol, reason=str(error))
    return MarketUnavailableError(_NO_ANSWER)
