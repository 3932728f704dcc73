"""Handshakes: what they carry, what they never tell, and where they lead."""

import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import pytest

from tests.python_client.hostile_server import WELCOME, Peer, server_that
from tidewire_client import ClientOptions, Dialect, LoginBy, TidewireClient, TidewireError
from tidewire_client.connection.opening import handshake_of, open_socket
from tidewire_client.dialects import SPELLINGS
from tidewire_client.errors import HandshakeInvalidError, HandshakeRefusedError

URL = "ws://127.0.0.1/ws?theme=dark"


@pytest.mark.parametrize(
    ("login_by", "url", "headers"),
    [
        (LoginBy.HEADER, URL, {"X-One": "1", "Authorization": "Bearer a-token"}),
        (LoginBy.QUERY, f"{URL}&token=a-token", {"X-One": "1"}),
        (LoginBy.TICKET, f"{URL}&ticket=a-token", {"X-One": "1"}),
        (LoginBy.FIRST_FRAME, URL, {"X-One": "1"}),
    ],
)
def test_the_token_goes_where_it_is_meant_to(login_by: LoginBy, url: str, headers: dict[str, str]) -> None:
    handshake = handshake_of(URL, "a-token", ClientOptions(login_by=login_by, headers={"X-One": "1"}))
    assert (handshake.url, handshake.headers) == (url, headers)
    assert handshake.has_token is (login_by is not LoginBy.FIRST_FRAME)
    assert "a-token" not in repr(handshake)


def test_nobody_carries_nothing() -> None:
    handshake = handshake_of(URL, None, ClientOptions())
    assert (handshake.url, handshake.headers, handshake.has_token) == (URL, {}, False)


@pytest.mark.parametrize("login_by", [LoginBy.HEADER, LoginBy.QUERY, LoginBy.FIRST_FRAME])
async def test_no_log_line_of_the_clients_holds_a_token(caplog: pytest.LogCaptureFixture, login_by: LoginBy) -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        await peer.next()
        await peer.close(1008, "enough")

    for name in ("websockets", "websockets.client", "websockets.server", None):
        caplog.set_level(logging.DEBUG, logger=name)
    async with server_that(talk) as server:
        options = ClientOptions(login_by=login_by, maximum_attempts=0)
        client = TidewireClient(server.url, token="a-very-secret-token", options=options)
        with suppress(TidewireError):
            await client.connect()
        await client.wait_disconnected()
    server_logs = "websockets.server"
    assert "a-very-secret-token" in " ".join(each.getMessage() for each in caplog.records if each.name == server_logs)
    assert not [each for each in caplog.records if each.name != server_logs and "secret" in each.getMessage()]


async def test_it_follows_no_redirect() -> None:
    async with server_that(refuses=lambda _: (HTTPStatus.FOUND, "elsewhere")) as server:
        with pytest.raises(HandshakeRefusedError) as refused:
            await _opened(server.url)
        assert refused.value.status == HTTPStatus.FOUND
        assert len(server.requests) == 1


async def test_it_tells_no_password_of_a_proxy() -> None:
    async with server_that() as server:
        with pytest.raises(HandshakeInvalidError) as invalid:
            await _opened(server.url, proxy="gopher://user:secret@127.0.0.1:1")
    assert "secret" not in str(invalid.value)


async def test_it_names_itself_and_carries_further_headers() -> None:
    async with server_that() as server:
        await _opened(server.url, headers={"Origin": "https://example.com"})
        assert server.requests[0].headers["Origin"] == "https://example.com"


async def _opened(url: str, **choices: Any) -> None:
    options = ClientOptions(close_timeout=0.2, **choices)
    socket = await open_socket(handshake_of(url, None, options), SPELLINGS[Dialect.MARKET], options)
    await socket.close()
