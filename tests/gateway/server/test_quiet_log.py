"""What clients do wrong is told in one line each, without a traceback; over raw sockets."""

import asyncio
import logging
import socket
import struct
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from config.logs.logging import ClientFaultFilter, RefusedOnPurposeFilter
from tests.gateway.server.raw_http import ask, head
from tests.serving import serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
HANDSHAKE = b"".join(
    (
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    )
)


class Console(logging.Handler):
    """Keeps what passes the filters of our own handler."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.addFilter(RefusedOnPurposeFilter())
        self.addFilter(ClientFaultFilter())
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def console() -> Iterator[Console]:
    handler = Console()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def lines(console: Console) -> list[str]:
    """Return the lines that were written; a traceback would be several."""
    written = [logging.Formatter().format(record) for record in console.records]
    return [line for text in written for line in text.splitlines()]


async def test_a_bad_host_is_told_in_one_line(console: Console, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["prices.example.com"]
    async with serving() as gateway:
        answer = await ask(gateway.port, b"GET /api/v1/auth/me/ HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n")
    assert answer.status == 400
    [line] = lines(console)
    assert "Invalid HTTP_HOST header: 'evil'" in line


async def test_a_target_that_is_no_utf_8_is_told_in_one_line(console: Console) -> None:
    async with serving() as gateway:
        request = head("GET /?a=@ HTTP/1.1").replace(b"@", b"\xff")
        assert (await ask(gateway.port, request)).status == 400
    assert len(lines(console)) == 1


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /health HTTP/1.1\r\nHost: loc",
        b"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{",
        head("GET /health HTTP/1.1"),
        head("GET / HTTP/1.1"),
        head("GET /api/v1/market/overview/ HTTP/1.1"),
        HANDSHAKE[:-4],
        HANDSHAKE,
        HANDSHAKE + b"\x81",
    ],
    ids=["head", "body", "health", "page", "a slow answer", "half a handshake", "handshake", "half a frame"],
)
async def test_a_hang_up_is_told_by_no_traceback(console: Console, request_: bytes) -> None:
    async with serving() as gateway:
        peer = socket.create_connection(("127.0.0.1", gateway.port))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # it is reset
        peer.sendall(request_)
        await asyncio.sleep(0.02)
        peer.close()
        await until(lambda: not (gateway.server.server_state.connections or gateway.server.server_state.tasks))
    assert len(lines(console)) <= 1
