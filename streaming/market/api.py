"""REST of market data: anyone may read it. Errors have the one shape `{"error": {code, message, fields?}}`."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from http import HTTPStatus
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from streaming.database_errors import AnyDatabaseError
from streaming.market.answers import history_answer, symbols_answer
from streaming.market.errors import MarketBusyError, MarketError, MarketUnavailableError
from streaming.market.history import market_history
from streaming.market.parameters import Given, history_query, symbols_query
from streaming.market.selectors import market_symbols
from streaming.rest import error_response, json_response, only_read

Answer = Callable[[Given], Awaitable[dict[str, Any]]]
View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]

logger = structlog.get_logger(__name__)


def reading(answer: Answer) -> View:
    """Make a view of a function from the parameters of a GET to the answer."""

    @only_read
    @wraps(answer)
    async def view(request: HttpRequest) -> HttpResponse:
        try:
            return json_response(HTTPStatus.OK, await answer(request.GET.dict()))
        except MarketError as error:
            return _refuse(error)
        except AnyDatabaseError as error:
            logger.warning("the database doesn't answer", reason=repr(error))
            return _refuse(MarketUnavailableError("The database is unavailable"))

    return view


@reading
async def symbols(given: Given) -> dict[str, Any]:
    """List symbols: `query`, `limit`, `offset`."""
    return symbols_answer(await market_symbols(symbols_query(given)))


@reading
async def history(given: Given) -> dict[str, Any]:
    """Return candles: `symbol`, `interval`, `start`, `end`, `limit`."""
    return history_answer(await market_history(history_query(given)))


def _refuse(error: MarketError) -> HttpResponse:
    response = error_response(error.status, error.code, error.message, error.fields)
    if isinstance(error, MarketBusyError):
        response["Retry-After"] = str(error.retry_after)
    return response
