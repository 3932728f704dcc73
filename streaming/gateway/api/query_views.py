"""Addresses that are only read, answered in the event loop: each by a `Query`.

Errors have the shape that the project's `EXCEPTION_HANDLER` gives them. What is for staff is shown to whoever has a
good `Authorization: Bearer`, as the configured authenticator says, as for sockets.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import msgspec
import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming.commands.access import Who
from streaming.commands.computing import took_too_long
from streaming.commands.errors import CommandRefusedError, PermissionDeniedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import reader_of
from streaming.commands.queries import Query, QueryContext
from streaming.database.errors import AnyDatabaseError
from streaming.gateway.login.authentication import configured_authenticator, credential_of
from streaming.gateway.runtime import current_hub
from streaming.identity.identity import AuthenticationError
from streaming.market.errors import MarketError
from streaming.rest.request_limits import answering
from streaming.times import iso_time

_METHODS = ("GET", "HEAD")
_REFUSALS = (CommandRefusedError, MarketError, AuthenticationError, APIException)
_CHALLENGE = 'Bearer realm="api"'

logger = structlog.get_logger(__name__)


def reading(query: Query) -> Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]:
    """Make the view of an address that answers `query` to GET and HEAD, and refuses every other method."""

    @csrf_exempt
    async def view(request: HttpRequest) -> HttpResponse:
        if request.method not in _METHODS:
            refusal = _refused(MethodNotAllowed(str(request.method)))
            refusal["Allow"] = ", ".join(_METHODS)
            return refusal
        try:
            response = await _answered(query, request)
        except _REFUSALS as error:
            response = _refused(error)
        if not query.limited:
            add_never_cache_headers(response)
        return response

    view.use_cases = {"GET": query}  # type: ignore[attr-defined]  # as a `StructView` has them
    return view


async def _answered(query: Query, request: HttpRequest) -> HttpResponse:
    try:
        if query.access is Who.STAFF:
            await _check_staff(request)
        answer = await _answer(query, request)
    except TimeoutError:
        raise took_too_long() from None
    except AnyDatabaseError as error:
        logger.warning("the database doesn't answer", reason=repr(error))
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, "The database is unavailable") from error
    return _json(msgspec.json.encode(answer), query.status_of(answer))


async def _answer(query: Query, request: HttpRequest) -> Any:
    context = QueryContext(write_time=iso_time, hub=current_hub)
    if not query.limited:
        return await query.act(context, query.parameters())
    async with answering(request):
        return await query.act(context, reader_of(query.parameters)(request.GET.dict()))


async def _check_staff(request: HttpRequest) -> None:
    """Refuse whoever is not of the staff: 401 where a login would help, else 403. No token in the query counts."""
    header = request.headers.get("Authorization", "").encode("latin-1", "replace")
    credential = credential_of({"query_string": b"", "headers": [(b"authorization", header)]})
    if credential is None:
        refusal = NotAuthenticated()
        refusal.auth_header = _CHALLENGE  # type: ignore[attr-defined]  # as REST framework's own views set it
        raise refusal
    if not (await configured_authenticator()(credential)).is_staff:
        raise PermissionDeniedError


def _refused(error: Exception) -> HttpResponse:
    refusal: Response = APIView().get_exception_handler()(error, {})
    return _json(msgspec.json.encode(refusal.data), refusal.status_code, refusal.headers)


def _json(body: bytes, status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return HttpResponse(body, status=status, headers={**(headers or {}), "Content-Type": "application/json"})
