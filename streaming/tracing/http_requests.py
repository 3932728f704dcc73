"""The correlation id of a request: taken from `X-Request-ID`, or new, and told in the answer."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from streaming.tracing.correlation import correlated, given_or_new

REQUEST_ID_HEADER = "X-Request-ID"
_HEADER = REQUEST_ID_HEADER.lower().encode()

Application = Callable[..., Awaitable[None]]


def with_request_id(application: Application) -> Application:
    """Return the HTTP application with an id for each request, under which it logs, and which each answer names."""

    async def answered(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        request_id = request_id_of(scope["headers"])
        header = (_HEADER, request_id.encode())

        async def send_with_id(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), header]}
            await send(message)

        with correlated(request_id):
            await application(scope, receive, send_with_id)

    return answered


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the id of a request with these headers; of several `X-Request-ID`, which say two things, none counts."""
    given = [value.decode("latin-1") for name, value in headers if name.lower() == _HEADER]
    return given_or_new(given[0] if len(given) == 1 else None)
