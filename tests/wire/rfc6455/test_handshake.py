"""RFC 6455, chapter 4: which handshakes are answered with 101, and which with an HTTP error."""

import pytest

from tests.wire.rfc6455.conftest import Server
from tests.wire.rfc6455.peer import accept_key, handshake_headers, raw_connection

HandshakeHeaders = dict[str, str | None]


def changed(headers: dict[str, str], changes: HandshakeHeaders) -> dict[str, str]:
    """Return `headers` with some set, or left out where they are None."""
    merged = {**headers, **changes}
    return {name: value for name, value in merged.items() if value is not None}


async def test_it_answers_with_the_accept_key_of_the_rfcs_example(server: Server) -> None:
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    assert accept_key(key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    async with raw_connection(server.port) as peer:
        answer = await peer.request({**handshake_headers(), "Sec-WebSocket-Key": key})
    assert answer.status == 101
    assert answer.headers["upgrade"].lower() == "websocket"
    assert answer.headers["connection"].lower() == "upgrade"
    assert answer.headers["sec-websocket-accept"] == accept_key(key)
    assert "sec-websocket-extensions" not in answer.headers
    assert "sec-websocket-protocol" not in answer.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"Upgrade": "WebSocket"},
        {"Connection": "keep-alive, Upgrade"},
        {"Connection": "upgrade"},
        {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"},
        {"Sec-WebSocket-Protocol": "nobody-knows-this"},
        {"Origin": "null"},
        {"Origin": "https://example.com"},
    ],
    ids=str,
)
async def test_it_takes_a_good_handshake(server: Server, changes: HandshakeHeaders) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request(changed(handshake_headers(), changes))
    assert answer.status == 101
    assert "sec-websocket-extensions" not in answer.headers
    assert "sec-websocket-protocol" not in answer.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"Host": None},
        {"Sec-WebSocket-Key": None},
        {"Sec-WebSocket-Key": "dG9vIHNob3J0"},
        {"Sec-WebSocket-Key": "not base64 at all!"},
        {"Sec-WebSocket-Version": None},
    ],
    ids=str,
)
async def test_it_refuses_a_bad_handshake(server: Server, changes: HandshakeHeaders) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request(changed(handshake_headers(), changes))
    assert answer.status == 400


@pytest.mark.parametrize("version", ["0", "7", "14"])
async def test_it_refuses_another_version_and_says_which_it_speaks(server: Server, version: str) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request({**handshake_headers(), "Sec-WebSocket-Version": version})
    assert answer.status == (400 if server.speaks_drafts else 426)
    assert "13" in [known.strip() for known in answer.headers["sec-websocket-version"].split(",")]


@pytest.mark.parametrize("version", ["x", "13, 8", ""])
async def test_it_refuses_what_is_no_version(server: Server, version: str) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request({**handshake_headers(), "Sec-WebSocket-Version": version})
    assert answer.status == (400 if server.speaks_drafts else 426)


async def test_it_refuses_a_draft_of_the_rfc(server: Server) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request({**handshake_headers(), "Sec-WebSocket-Version": "8"})
    assert answer.status == (101 if server.speaks_drafts else 426)


async def test_it_refuses_another_method(server: Server) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request(handshake_headers(), method="POST")
    assert answer.status == 405


async def test_it_refuses_the_http_version_before_1_1(server: Server) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request(handshake_headers(), version="HTTP/1.0")
    assert answer.status == (101 if server.takes_http_1_0 else 404)


@pytest.mark.parametrize("changes", [{"Upgrade": None}, {"Connection": None, "Upgrade": None}], ids=str)
async def test_it_answers_a_request_without_an_upgrade_as_a_page(server: Server, changes: HandshakeHeaders) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request(changed(handshake_headers(), changes))
    assert answer.status == 404


async def test_it_refuses_two_keys(server: Server) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request({**handshake_headers(), "sec-websocket-key": accept_key("")[:24]})
    assert answer.status == 400


async def test_it_refuses_two_hosts(server: Server) -> None:
    async with raw_connection(server.port) as peer:
        answer = await peer.request({**handshake_headers(), "host": "example.com"})
    assert answer.status == (101 if server.takes_two_hosts else 400)
