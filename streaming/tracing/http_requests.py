"""The correlation id of a request: taken from `X-Request-ID`, or new, and told in the answer. And a request's span."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPMethod, HTTPStatus
from typing import Any

from streaming.tracing.correlation import correlated, correlation_id, given_or_new
from streaming.tracing.origin import origin_now
from streaming.tracing.spans import Span, SpanKind, below, is_tracing, span

REQUEST_ID_HEADER = "X-Request-ID"
_TRACEPARENT_HEADER = "traceparent"
_REQUEST_ID, _TRACEPARENT = REQUEST_ID_HEADER.lower().encode(), _TRACEPARENT_HEADER.encode()
_METHODS = frozenset(HTTPMethod)
_UNTRACED = frozenset({"/health", "/ready", "/metrics"})
"""What supervisors ask every few seconds."""

Application = Callable[..., Awaitable[None]]
Scope = MutableMapping[str, Any]
RouteOf = Callable[[str], str]


def with_request_id(application: Application, route_of: RouteOf) -> Application:
    """Return the HTTP application with an id for each request, under which it logs, and which each answer names.

    Where requests are traced, `route_of` tells the pattern that a path has, empty for none: the path may hold secrets.
    """

    async def answered(scope: Scope, receive: Any, send: Any) -> None:
        with correlated(request_id_of(scope["headers"])):
            if is_tracing() and scope["path"].rstrip("/") not in _UNTRACED:
                await _traced(application, scope, receive, _with_id(send), route_of)
            else:
                await application(scope, receive, _with_id(send))

    return answered


def request_id_header() -> tuple[bytes, bytes]:
    """Return the header by which an answer names the request that is answered here."""
    return _REQUEST_ID, correlation_id().encode()


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the id of a request with these headers; of several `X-Request-ID`, which say two things, none counts."""
    return given_or_new(_only(headers, _REQUEST_ID))


def origin_headers() -> dict[str, str]:
    """Return the headers by which a request that is made here says on whose behalf it is."""
    origin = origin_now()
    headers = {REQUEST_ID_HEADER: origin.correlation_id, _TRACEPARENT_HEADER: origin.traceparent}
    return {name: value for name, value in headers.items() if value}


def _with_id(send: Any) -> Any:
    header = request_id_header()

    async def send_with_id(message: Scope) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), header]}
        await send(message)

    return send_with_id


async def _traced(application: Application, scope: Scope, receive: Any, send: Any, route_of: RouteOf) -> None:
    """Answer a request in a span, below the caller's (`traceparent`) where it names one."""
    method = scope["method"] if scope["method"] in _METHODS else "HTTP"  # whoever asks may write any word
    route = route_of(scope["path"])
    with (
        below(_only(scope["headers"], _TRACEPARENT) or ""),
        span(f"{method} {route}".rstrip(), SpanKind.SERVER) as begun,
    ):
        begun.note("http.request.method", method)
        if route:
            begun.note("http.route", route)
        await application(scope, receive, _noting_status(send, begun))


def _noting_status(send: Any, begun: Span) -> Any:
    async def send_and_note(message: Scope) -> None:
        if message["type"] == "http.response.start":
            status = int(message["status"])
            begun.note("http.response.status_code", status)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                begun.fail(str(status))
        await send(message)

    return send_and_note


def _only(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> str | None:
    """Return the value of a header that there is one of; None for none, or several."""
    values = [value.decode("latin-1") for name, value in headers if name.lower() == wanted]
    return values[0] if len(values) == 1 else None
