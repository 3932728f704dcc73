"""REST of market data: anyone may read it. Errors have the one shape `{"error": {code, message, fields?}}`."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from streaming.market.answers import history_answer, symbols_answer
from streaming.market.errors import MarketBusyError, MarketError, MarketUnavailableError
from streaming.market.history import market_history
from streaming.market.parameters import Given, history_query, symbols_query
from streaming.market.selectors import market_symbols

_ALLOWED = ("GET", "HEAD")

Answer = Callable[[Given], Awaitable[dict[str, Any]]]
View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]

logger = structlog.get_logger(__name__)


def reading(answer: Answer) -> View:
    """Make a view of a function from the parameters of a GET to the answer."""

    @csrf_exempt
    @wraps(answer)
    async def view(request: HttpRequest) -> HttpResponse:
        if request.method not in _ALLOWED:
            return _refuse_method(request)
        try:
            return _json(HTTPStatus.OK, await answer(request.GET.dict()))
        except MarketError as error:
            return _refuse(error)
        except DatabaseError as error:
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
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.fields:
        body["fields"] = dict(error.fields)
    response = _json(error.status, {"error": body})
    if isinstance(error, MarketBusyError):
        response["Retry-After"] = str(error.retry_after)
    return response


def _refuse_method(request: HttpRequest) -> HttpResponse:
    message = f'Method "{request.method}" not allowed.'
    response = _json(HTTPStatus.METHOD_NOT_ALLOWED, {"error": {"code": "VALIDATION_ERROR", "message": message}})
    response["Allow"] = ", ".join(_ALLOWED)
    return response


def _json(status: int, body: dict[str, Any]) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")
