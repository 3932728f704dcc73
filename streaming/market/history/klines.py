"""Asking the exchange for candles on behalf of clients, within history's own share of the request weight."""

import asyncio
from functools import cache

import structlog
from django.conf import settings

from streaming.clock import SystemClock
from streaming.market.binance import rest_parser
from streaming.market.binance.fields import ParseError
from streaming.market.binance.rest_client import (
    ExchangeBusyError,
    ExchangeError,
    ExchangeRefusedError,
    ExchangeUnavailableError,
    rest_from_settings,
)
from streaming.market.binance.rest_parser import KlineRow
from streaming.market.binance.weight_budget import WeightBudget
from streaming.market.errors import (
    ExchangeAwayError,
    InvalidParametersError,
    MarketBusyError,
    MarketError,
    MarketUnavailableError,
)
from streaming.market.history.plan import KlinesRequest

_WEIGHT = 2
_LONGEST_ROW = 1000
"""Bytes of a candle in an answer, and more: reading a longer answer would hold up everybody else."""
_ROWS_AT_A_TIME = 100
"""Candles read before others have their turn: one or two milliseconds."""
_BAD_SYMBOL_CODES = {-1121, -1122}
"""The exchange's for a symbol that it doesn't know, and for one whose status doesn't allow the question."""
_NO_ANSWER = "The exchange can't answer now"

logger = structlog.get_logger(__name__)


async def fetch_klines(base_url: str, request: KlinesRequest) -> tuple[KlineRow, ...]:
    """Return what the exchange answers, oldest first; raise a `MarketError` where it has no candles to give."""
    parameters = {
        "symbol": request.symbol,
        "interval": request.interval.value,
        "startTime": request.start,
        "endTime": request.end,
        "limit": request.limit,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    wait = _share(base_url, settings.HISTORY_WEIGHT_PER_MINUTE).spend(_WEIGHT)
    if wait:
        raise MarketBusyError(max(1, round(wait)))
    try:
        body = await rest_from_settings(base_url).get("/api/v3/klines", given, weight=_WEIGHT)
        return await klines_of(request, body)
    except ExchangeBusyError as error:
        raise MarketBusyError(max(1, round(error.retry_after))) from error
    except ExchangeRefusedError as error:
        raise _refusal(request, error) from error
    except ExchangeUnavailableError as error:
        logger.warning("the exchange can't be asked for candles", symbol=request.symbol, reason=str(error))
        raise ExchangeAwayError(_NO_ANSWER) from error
    except (ExchangeError, ParseError) as error:
        raise _unavailable(request, error) from error


async def klines_of(request: KlinesRequest, body: bytes) -> tuple[KlineRow, ...]:
    """Return the candles of an answer to `request`; others have their turns in the event loop meanwhile.

    Raise `ParseError` where it is none, or too long.
    """
    if len(body) > (request.limit + 1) * _LONGEST_ROW:
        raise ParseError(f"an answer of {len(body):,} bytes for at most {request.limit:,} candles")
    rows: list[KlineRow] = []
    for row in rest_parser.each_kline(body):
        if len(rows) == request.limit:
            raise ParseError(f"more than the {request.limit:,} candles that were asked for")
        rows.append(row)
        if len(rows) % _ROWS_AT_A_TIME == 0:
            await asyncio.sleep(0)
    return tuple(rows)


@cache
def _share(base_url: str, per_minute: int) -> WeightBudget:
    """Return what clients may spend here, so that the bridge can always fill its gaps."""
    return WeightBudget(per_minute, SystemClock())


def _refusal(request: KlinesRequest, error: ExchangeRefusedError) -> MarketError:
    """Return what the exchange's refusal means for whoever asked: for a symbol that is halted, it has no candles."""
    try:
        code = rest_parser.parse_error(error.body).code
    except ParseError:
        return _unavailable(request, error)
    if code in _BAD_SYMBOL_CODES:
        return InvalidParametersError({"symbol": f"The exchange has no candles of {request.symbol} now"})
    return _unavailable(request, error)


def _unavailable(request: KlinesRequest, error: Exception) -> MarketUnavailableError:
    logger.warning("candles could not be fetched", symbol=request.symbol, reason=str(error))
    return MarketUnavailableError(_NO_ANSWER)
