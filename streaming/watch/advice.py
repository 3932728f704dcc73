"""What a refused handshake and a closed connection mean, and what to do about it. Pure."""

import socket
import ssl
from http import HTTPStatus

import msgspec

from streaming.connections.control import DISCONNECTED_BY_OPERATOR
from streaming.program import make_target
from streaming.watch.address import Endpoint
from streaming.watch.errors import WatchError
from streaming.watch.printable import printable
from tidewire_client.address import shown
from tidewire_client.errors import (
    ConnectError,
    ConnectionClosedError,
    DialectRefusedError,
    HandshakeRefusedError,
    OpenTimeoutError,
    TidewireError,
    TokenRefusedError,
    TokenUnavailableError,
    UnreachableError,
)

_LONGEST_QUOTATION = 200

_BY_STATUS = {
    400: "The server does not take this for a WebSocket handshake: is there a proxy that drops its Upgrade header?",
    401: "Get a new token (--login USER asks for a password); without one, market channels of /ws still are open.",
    403: "Either the server is Daphne and the token is missing or no good, or this Origin may not come: get a token.",
    404: "There is no socket at this path: the endpoints are /ws and /ws/trading.",
    426: "The server does not take this for a WebSocket handshake: is there a proxy that drops its Upgrade header?",
    429: "This user or address has too many connections: close some, and come back later.",
}
_REDIRECTED = "It is somewhere else: give that address by --url."
_UNAVAILABLE = "The server is starting or stopping, or a proxy can't reach it: try again soon."
_BY_CODE = {
    1000: "The server said goodbye.",
    1001: "The server goes away.",
    1002: "One of the two broke the rules of WebSocket: is there a proxy between?",
    1005: "The server gave no code.",
    1006: "There was no close frame, so the network, a proxy or the server broke.",
    1007: "A frame held no UTF-8.",
    1009: "A frame was larger than the other side takes (64 KiB here).",
    1011: "A ping found no answer in time.",
    1012: "The server restarts.",
    4000: "The server heard nothing for too long.",
    4012: "The server restarts, or whoever runs it has ended the connection: it can't say which.",
    4401: "The login has ended: get a new token, and connect with it.",
    4408: "The reader was too slow for channels of which nothing may be lost: take fewer.",
    4429: "Too many messages: send fewer.",
}

_BY_OPERATOR = (1012, DISCONNECTED_BY_OPERATOR)


def sentence_of(error: TidewireError, endpoint: Endpoint) -> str:
    """Return the sentences that tell what went wrong with a connection, and what to do."""
    match error:
        case TokenRefusedError(status=None, is_passing=False):
            return "The token was refused: get a new one."
        case TokenRefusedError(status=int(status)):
            return refused_handshake(status, error.body)
        case TokenUnavailableError(cause=WatchError() as cause):
            return str(cause)
        case ConnectError():
            return _not_connected(error, endpoint)
        case ConnectionClosedError(close_code=code, reason=reason):
            return closed_connection(code, reason)
        case _:
            return f"{printable(error.message)}."


def _not_connected(error: ConnectError, endpoint: Endpoint) -> str:
    where = shown(endpoint.url)
    match error:
        case HandshakeRefusedError(status=status, body=body):
            return refused_handshake(status, body, error.headers.get("location"))
        case UnreachableError(cause=cause):
            return f"Can't connect to {where}: {_cause(cause)}"
        case DialectRefusedError():
            return f"The server at {where} does not speak {endpoint.dialect}."
        case OpenTimeoutError(seconds=seconds):
            return f"{where} did not answer within {seconds:g} s."
        case _:
            return f"{where} did not answer as a WebSocket server does. Is this the right address?"


def refused_handshake(status: int, body: str, location: str | None = None) -> str:
    """Return the sentences that tell why the server refused a handshake with an HTTP status, and what to do."""
    said = what_it_said(body) if not location else f"see {printable(location.partition('?')[0])}."
    if location:
        advice = _REDIRECTED
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        advice = _UNAVAILABLE
    else:
        advice = _BY_STATUS.get(status, "Is this the right address?")
    return f"The server refused the connection with HTTP {status}: {said} {advice}"


def closed_connection(code: int, reason: str) -> str:
    """Return the sentences that tell why a connection was closed, and what to do."""
    advice = _BY_CODE.get(code, "This code is not among those of docs/websocket-testing.md.")
    if (code, reason) == _BY_OPERATOR:
        advice = "Whoever runs the server has ended it."
    named = f"{code} {printable(reason)}".rstrip()
    return f"The connection was closed: {named}. {advice}"


def what_it_said(body: str) -> str:
    """Return the sentence in the body of a refusal: the detail or message of JSON, else the beginning of a text."""
    text = _detail(body) or body
    short = printable(" ".join(text.split())[:_LONGEST_QUOTATION])
    if not short or short.startswith("<"):  # a proxy's page
        return "it said nothing more."
    return short if short.endswith(".") else f"{short}."


def _detail(body: str) -> str | None:
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    match answer:
        case {"detail": str(said)} | {"error": {"message": str(said)}} | {"message": str(said)}:
            return said
        case _:
            return None


def _cause(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return f"nothing listens there. `{make_target('demo')}` starts the platform; another address is --url."
        case socket.gaierror():
            return "no host of this name is known."
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})."
        case ssl.SSLError():
            return f"TLS failed ({error.reason}). Is it ws:// instead of wss://?"
        case _:
            return f"{error.strerror or str(error) or 'it broke the connection off'}."
