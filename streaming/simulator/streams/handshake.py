"""What a request's address asks for: `/ws…` raw streams, `/stream` combined ones, `/ws-api/v3` the WebSocket API.

And the HTTP answers to the rest.
"""

import http
import http.client
from urllib.parse import SplitResult, parse_qs, unquote

import msgspec
from websockets.datastructures import Headers
from websockets.http11 import Response

from streaming.simulator.streams.control import MAXIMUM_STREAMS

_MICROSECONDS = 1000  # in a millisecond
_API_PATHS = ("/ws-api/v3", "/ws-api/v3/")
_PLAIN = {"Content-Type": "text/plain"}
_TIME_SCALES = {"millisecond": 1, "microsecond": _MICROSECONDS}


class StreamRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that is asked for, with the streams that its address names.

    `combined` wraps events; a `time_scale` of 1000 gives times in microseconds. One that `is_api` has requests instead
    of streams, and the weight used in each answer where it `shows_limits`.
    """

    streams: list[str]
    combined: bool
    time_scale: int
    is_api: bool = False
    shows_limits: bool = True


def stream_request(target: SplitResult) -> StreamRequest | Response:
    """Return what an address asks for, or the answer where nothing is there (404) or it can't be given (400)."""
    streams = _streams_of(target)
    if streams is None:
        return not_found()
    scale = _TIME_SCALES.get(parse_qs(target.query).get("timeUnit", ["millisecond"])[0].lower())
    if scale is None or len(streams) > MAXIMUM_STREAMS:
        return response(http.HTTPStatus.BAD_REQUEST, b"Bad Request", _PLAIN)
    return StreamRequest(
        streams=streams,
        combined=target.path.startswith("/stream"),
        time_scale=scale,
        is_api=target.path in _API_PATHS,
        shows_limits=_parameter(target.query, "returnRateLimits").lower() != "false",
    )


def not_found() -> Response:
    """Return the answer where there is nothing."""
    return response(http.HTTPStatus.NOT_FOUND, b"404 page not found", _PLAIN)


def response(status: int, body: bytes, headers: dict[str, str]) -> Response:
    """Return an HTTP answer after which the connection ends; a status without a name is answered without one."""
    complete = Headers({"Connection": "close", "Content-Length": str(len(body)), **headers})
    return Response(status, http.client.responses.get(status, "Unknown"), complete, body)


def _streams_of(target: SplitResult) -> list[str] | None:
    """Return the streams that an address names, None where there is nothing at its path."""
    if target.path in ("/ws", "/ws/", *_API_PATHS):
        return []
    if target.path.startswith("/ws/"):
        return _names(unquote(target.path.removeprefix("/ws/")))
    if target.path in ("/stream", "/stream/"):
        return _names(_parameter(target.query, "streams"))
    return None


def _parameter(query: str, name: str) -> str:
    """Return a parameter, empty where there is none; a plus sign is one, as in `@kline_1d@+08:00`, and no space."""
    return parse_qs(query.replace("+", "%2B")).get(name, [""])[0]


def _names(text: str) -> list[str]:
    return [name for name in text.split("/") if name]
