"""REST of market data: anyone may read it. Errors have the one shape `{"error": {code, message, fields?}}`.

Requests count with the commands of their address, and take turns with them at the database.
"""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from http import HTTPStatus
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from streaming.commands.errors import TooMuchError
from streaming.database.errors import AnyDatabaseError
from streaming.gateway.commands.market import overview_answer
from streaming.gateway.runtime import current_runtime
from streaming.market.answers import history_answer, symbols_answer
from streaming.market.errors import MarketBusyError, MarketError, MarketUnavailableError
from streaming.market.history.history import market_history
from streaming.market.parameters import Given, history_query, overview_query, symbols_query
from streaming.market.selectors import market_symbols
from streaming.rest.request_limits import answering
from streaming.rest.responses import error_response, json_response, only_read
from streaming.times import iso_time

Answer = Callable[[Given], Awaitable[dict[str, Any]]]
View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]

logger = structlog.get_logger(__name__)


def _reading(answer: Answer) -> View:
    """Make a view of a function from the parameters of a GET to the answer."""

    @only_read
    @wraps(answer)
    async def view(request: HttpRequest) -> HttpResponse:
        try:
            async with answering(request):
                return json_response(HTTPStatus.OK, await answer(request.GET.dict()))
        except MarketError as error:
            return _refuse(error)
        except TooMuchError as error:
            return _retry_after(
                error.retry_after, error_response(HTTPStatus.TOO_MANY_REQUESTS, error.code.value, error.message)
            )
        except TimeoutError:
            return _refuse(MarketUnavailableError("It took too long; try again later"))
        except AnyDatabaseError as error:
            logger.warning("the database doesn't answer", reason=repr(error))
            return _refuse(MarketUnavailableError("The database is unavailable"))

    return view


@_reading
async def symbols(given: Given) -> dict[str, Any]:
    """List symbols: `query`, `limit`, `offset`."""
    return symbols_answer(await market_symbols(symbols_query(given)))


@_reading
async def history(given: Given) -> dict[str, Any]:
    """Return candles: `symbol`, `interval`, `start`, `end`, `limit`."""
    return history_answer(await market_history(history_query(given)))


@_reading
async def overview(given: Given) -> dict[str, Any]:
    """Return the market at a glance, which comes through the gateway's hub; it takes no parameters."""
    overview_query(given)
    runtime = await current_runtime()
    return await overview_answer(runtime.hub, iso_time)


def _refuse(error: MarketError) -> HttpResponse:
    response = error_response(error.status, error.code, error.message, error.fields)
    return _retry_after(error.retry_after, response) if isinstance(error, MarketBusyError) else response


def _retry_after(seconds: int, response: HttpResponse) -> HttpResponse:
    response["Retry-After"] = str(seconds)
    return response
