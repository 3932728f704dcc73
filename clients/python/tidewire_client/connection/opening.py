"""A handshake: from an address and a token to an open socket, or a typed error."""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
from websockets.http11 import Response
from websockets.typing import Subprotocol

from tidewire_client.address import is_loopback, shown, with_parameter
from tidewire_client.dialects import Spelling
from tidewire_client.errors import (
    ConnectError,
    DialectRefusedError,
    HandshakeInvalidError,
    HandshakeRefusedError,
    TokenRefusedError,
    UnreachableError,
)
from tidewire_client.options import ClientOptions, LoginBy

_AUTOMATIC = "auto"
_log = logging.getLogger("tidewire_client")
_log.setLevel(logging.INFO)  # at DEBUG websockets writes every header and frame, tokens among them


class Handshake(msgspec.Struct, frozen=True):
    """Where to connect, with which headers; `has_token` where one of the two carries a proof of who one is."""

    url: str
    headers: dict[str, str]
    has_token: bool = False

    def __repr__(self) -> str:
        """Show no secret."""
        return f"Handshake({shown(self.url)!r})"


class _Connect(connect):
    """websockets' own, which follows no redirect: a token goes where it was meant to go."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return the refusal as it is."""
        return exc


def handshake_of(url: str, token: str | None, options: ClientOptions) -> Handshake:
    """Return the handshake that carries `token` in the way that the options name."""
    headers = dict(options.headers)
    if token is None or options.login_by is LoginBy.FIRST_FRAME:
        return Handshake(url, headers)
    match options.login_by:
        case LoginBy.HEADER:
            return Handshake(url, {**headers, "Authorization": f"Bearer {token}"}, has_token=True)
        case LoginBy.QUERY:
            return Handshake(with_parameter(url, "token", token), headers, has_token=True)
        case LoginBy.TICKET:
            return Handshake(with_parameter(url, "ticket", token), headers, has_token=True)


async def open_socket(handshake: Handshake, spelling: Spelling, options: ClientOptions) -> ClientConnection:
    """Connect and return the socket; raise `ConnectError` or `TokenRefusedError`. It takes as long as it takes.

    Cancelling it leaves no socket behind.
    """
    where = shown(handshake.url)
    try:
        socket = await _Connect(handshake.url, **_arguments(handshake, spelling, options))
    except InvalidStatus as refused:
        raise _refusal(refused.response, has_token=handshake.has_token) from None
    except OSError as error:
        raise UnreachableError(where, error) from error
    except (InvalidHandshake, EOFError) as error:
        raise HandshakeInvalidError(where, str(error)) from error
    except WebSocketException as error:  # of an address: its text holds that of the proxy, with a password
        raise HandshakeInvalidError(where, type(error).__name__) from None
    if socket.subprotocol != spelling.subprotocol:
        await socket.close()
        raise DialectRefusedError(where, spelling.subprotocol)
    return socket


def _arguments(handshake: Handshake, spelling: Spelling, options: ClientOptions) -> dict[str, Any]:
    """Return what websockets is to do; its own pings are off, for the dialects have a heartbeat."""
    arguments: dict[str, Any] = {
        "additional_headers": handshake.headers,
        "proxy": _proxy(handshake.url, options),
        "open_timeout": None,
        "ping_interval": None,
        "close_timeout": options.close_timeout,
        "max_size": options.maximum_frame_bytes,
        "logger": _log,
    }
    if spelling.subprotocol:
        arguments["subprotocols"] = [Subprotocol(spelling.subprotocol)]
    return arguments if options.ssl is None else {**arguments, "ssl": options.ssl}


def _proxy(url: str, options: ClientOptions) -> str | bool | None:
    if options.proxy != _AUTOMATIC:
        return options.proxy
    return None if is_loopback(url) else True


def _refusal(answer: Response, *, has_token: bool) -> ConnectError | TokenRefusedError:
    body = bytes(answer.body).decode(errors="replace")
    if answer.status_code != HTTPStatus.UNAUTHORIZED:
        headers = {name.lower(): value for name, value in answer.headers.raw_items()}
        return HandshakeRefusedError(answer.status_code, body, headers)
    code = None if has_token else "authentication_required"
    return TokenRefusedError("The server refused the login", code=code, status=answer.status_code, body=body)
