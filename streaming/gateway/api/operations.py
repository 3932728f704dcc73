"""The pages for operators: staff only, by `Authorization: Bearer`.

Who the caller is says the configured authenticator, as for sockets. Errors have REST's one shape
`{"error": {code, message}}`.
"""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from http import HTTPStatus
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from streaming.database.errors import AnyDatabaseError
from streaming.gateway.deployment.gateway_counts import channel_totals
from streaming.gateway.login.authentication import configured_authenticator, credential_of
from streaming.gateway.runtime import current_runtime
from streaming.identity.identity import AuthenticationError
from streaming.rest.responses import error_response, json_response, only_read

_CHALLENGE = 'Bearer realm="api"'

Answer = Callable[[], Awaitable[dict[str, Any]]]
View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]

logger = structlog.get_logger(__name__)


class StaffOnlyError(Exception):
    """A caller who may not see the page: 401 where a login would help, else 403."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def for_staff(answer: Answer) -> View:
    """Make a view of a function that returns what staff may read."""

    @only_read
    @never_cache
    @wraps(answer)
    async def view(request: HttpRequest) -> HttpResponse:
        try:
            await _check_staff(request)
        except StaffOnlyError as refusal:
            return _refuse(refusal)
        except AnyDatabaseError as error:
            logger.warning("the database doesn't answer", reason=repr(error))
            return error_response(HTTPStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", "The database is unavailable")
        return json_response(HTTPStatus.OK, await answer())

    return view


@for_staff
async def channel_statistics() -> dict[str, Any]:
    """Return how many sessions of the whole deployment have each channel, the most subscribed first.

    A channel is named as clients spelled it: `orders:me` of two users is one row with two subscribers.
    """
    gateways = (await current_runtime()).statistics.gateways()
    channels = channel_totals(gateways)
    return {
        "totalClients": sum(counts.connections for counts in gateways),
        "totalChannels": len(channels),
        "channels": [{"channel": channel, "subscribers": subscribers} for channel, subscribers in channels],
    }


async def _check_staff(request: HttpRequest) -> None:
    """Raise `StaffOnlyError` where the caller is not of the staff; a token in the query counts for nothing here."""
    header = request.headers.get("Authorization", "").encode("latin-1", "replace")
    credential = credential_of({"query_string": b"", "headers": [(b"authorization", header)]})
    if credential is None:
        raise StaffOnlyError(HTTPStatus.UNAUTHORIZED, "Authentication credentials were not provided.")
    try:
        identity = await configured_authenticator()(credential)
    except AuthenticationError:
        raise StaffOnlyError(HTTPStatus.UNAUTHORIZED, "Authentication failed") from None
    if not identity.is_staff:
        raise StaffOnlyError(HTTPStatus.FORBIDDEN, "Permission denied")


def _refuse(refusal: StaffOnlyError) -> HttpResponse:
    response = error_response(refusal.status, "PERMISSION_DENIED", refusal.message)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = _CHALLENGE
    return response
