"""The connection: opened with a proof of who one is, or refused in a sentence."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidMessage, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from streaming.loopback import is_loopback
from streaming.watch.address import Endpoint, shown, with_parameter
from streaming.watch.advice import refused_handshake
from streaming.watch.credentials import Secret, one_time_ticket
from streaming.watch.errors import WatchError
from streaming.watch.options import LoginBy, WatchOptions

_OPEN_SECONDS = 10.0
_CLOSE_SECONDS = 2.0


class Handshake(msgspec.Struct, frozen=True):
    """What the handshake carries to log in: a parameter of the query, or headers, or neither."""

    url: str
    headers: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Handshake({shown(self.url)!r})"


class _Connect(connect):
    """websockets' own, which follows no redirect: a token goes where it was meant to go."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return the refusal as it is."""
        return exc


async def handshake_of(options: WatchOptions, token: Secret | None) -> Handshake:
    """Return the handshake that proves who one is in the way asked for; gets a ticket where that is the way.

    Raise `WatchError` where a ticket is refused, or asked for without a token.
    """
    url = options.endpoint.url
    if token is None:
        if options.uses_ticket or options.login_by is not LoginBy.HEADER:
            raise WatchError("There is no token to log in with: give --token-file, --login or TIDEWIRE_TOKEN.")
        return Handshake(url)
    if options.uses_ticket:
        return Handshake(with_parameter(url, "ticket", (await one_time_ticket(token, url)).value))
    match options.login_by:
        case LoginBy.HEADER:
            return Handshake(url, {"Authorization": f"Bearer {token.value}"})
        case LoginBy.QUERY:
            return Handshake(with_parameter(url, "token", token.value))
        case LoginBy.FIRST_FRAME:
            return Handshake(url)


@asynccontextmanager
async def connected(endpoint: Endpoint, handshake: Handshake) -> AsyncIterator[ClientConnection]:
    """Connect, and close at the end; raise `WatchError` where that fails."""
    connection = await _open(endpoint, handshake)
    async with connection:
        if connection.subprotocol != endpoint.subprotocol:
            raise WatchError(f"The server at {shown(endpoint.url)} does not speak {endpoint.dialect}.")
        yield connection


async def _open(endpoint: Endpoint, handshake: Handshake) -> ClientConnection:
    where = shown(endpoint.url)
    try:
        return await _Connect(
            handshake.url,
            additional_headers=handshake.headers,
            proxy=None if is_loopback(endpoint.url) else True,
            open_timeout=_OPEN_SECONDS,
            close_timeout=_CLOSE_SECONDS,
            **_subprotocols(endpoint),
        )
    except InvalidStatus as refused:
        raise WatchError(_refusal(refused)) from None
    except TimeoutError:
        raise WatchError(f"{where} did not answer within {_OPEN_SECONDS:g} s.") from None
    except (InvalidURI, InvalidMessage, InvalidHandshake, EOFError):
        raise WatchError(f"{where} did not answer as a WebSocket server does. Is this the right address?") from None
    except OSError as error:
        raise WatchError(f"Can't connect to {where}: {_cause(error)}") from None


def _subprotocols(endpoint: Endpoint) -> dict[str, Any]:
    name = endpoint.subprotocol
    return {"subprotocols": [Subprotocol(name)]} if name else {}


def _refusal(refused: InvalidStatus) -> str:
    answer = refused.response
    return refused_handshake(
        answer.status_code, bytes(answer.body).decode(errors="replace"), answer.headers.get("Location")
    )


def _cause(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return "nothing listens there. `make demo` starts the platform; another address is --url."
        case socket.gaierror():
            return "no host of this name is known."
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})."
        case ssl.SSLError():
            return f"TLS failed ({error.reason}). Is it ws:// instead of wss://?"
        case _:
            return f"{error.strerror or str(error) or 'it broke the connection off'}."
