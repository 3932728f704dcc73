"""How the exchange refuses: by region, by a ban, for too many requests, or because it is down."""

import http

from websockets.http11 import Response

from streaming.simulator.faults.faults import Fault
from streaming.simulator.streams import wire
from streaming.simulator.streams.handshake import response

_RESTRICTED = (
    "Service unavailable from a restricted location according to 'b. Eligibility' in the terms of the exchange."
)
_TOO_MUCH = (-1003, "Too many requests; please use the websocket for live updates to avoid bans.")
_ERRORS: dict[int, tuple[int, str]] = {
    http.HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: (0, _RESTRICTED),
    http.HTTPStatus.TOO_MANY_REQUESTS: _TOO_MUCH,
    http.HTTPStatus.IM_A_TEAPOT: (-1003, "Way too many requests; IP banned for a while."),
}


def refused(fault: Fault) -> Response:
    """Return the HTTP answer of a fault: its status, `Retry-After` where it has one, and the exchange's words as JSON.

    A status of which the exchange says nothing in JSON (403 of its firewall, 5xx) has a page instead.
    """
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.status in _ERRORS:
        code, message = _ERRORS[fault.status]
        body = wire.encode({"code": code, "msg": message})
        return response(fault.status, body, {"Content-Type": "application/json;charset=UTF-8", **headers})
    page = b"<html><body><h1>%d</h1></body></html>" % fault.status
    return response(fault.status, page, {"Content-Type": "text/html", **headers})
