"""A plain handshake comes to the same as one that two parsers read: what is asked, what is answered, what is logged.

Behind an empty line, which is passed over (RFC 9112, 2.2), the same bytes go the other way.
"""

import asyncio
import logging
from typing import Any

import pytest
from uvicorn.server import ServerState

from streaming.gateway.sending.transport import EXTENSION
from streaming.gateway.server.http_protocol import GatewayHttpProtocol
from streaming.gateway.server.server import ServerLimits, server_config
from tests.gateway.server.patient_application import PatientApplication, serving_only
from tests.gateway.server.raw_http import connection

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
PLAIN = "\r\n".join(
    [
        "GET /ws%20x/?token=a%20b&c HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Protocol: one, two",
        "User-Agent:  somebody ",
        "",
        "",
    ]
).encode()
TEXT, CLOSE = b"\x81\x82\0\0\0\0hi", b"\x88\x82\0\0\0\0\x03\xe8"
ACCEPT = {"type": "websocket.accept", "subprotocol": "two", "headers": [(b"X-Further", b"1")]}
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "accepted": [ACCEPT],
    "accepted bare": [{"type": "websocket.accept"}],
    "closed": [{"type": "websocket.close"}],
    "refused": [
        {"type": "websocket.http.response.start", "status": 429, "headers": [(b"content-type", b"text/plain")]},
        {"type": "websocket.http.response.body", "body": b"too many"},
    ],
    "silent": [],
}


class Answering(PatientApplication):
    """Answers a handshake with messages, and keeps what it was given until the connection ends."""

    def __init__(self, answers: list[dict[str, Any]]) -> None:
        super().__init__()
        self._answers = answers
        self.scopes: list[Any] = []
        self.received: list[Any] = []
        self.was_ours: list[bool] = []
        self.has_ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        self.was_ours.append(scope["extensions"].pop(EXTENSION) is not None)
        self.scopes.append({**scope, "client": scope["client"][0]})
        self.received.append(await receive())
        try:
            for message in self._answers:
                await send(message)
            while self._answers and self.received[-1]["type"] != "websocket.disconnect":
                self.received.append(await receive())
        finally:
            self.has_ended.set()


async def exchange(port: int, handshake: bytes) -> bytes:
    """Write a handshake, and once it is answered a text and a close; return all that came, without the date."""
    async with connection(port) as (reader, writer), asyncio.timeout(10):
        writer.write(handshake)
        came = await reader.readuntil(b"\r\n\r\n")
        writer.write(TEXT + CLOSE)
        came += await reader.read()
    return b"\r\n".join(line for line in came.split(b"\r\n") if not line.lower().startswith(b"date:"))


async def observed(handshake: bytes, answers: list[dict[str, Any]], caplog: pytest.LogCaptureFixture) -> list[Any]:
    """Return all that can be seen of one connection."""
    caplog.clear()
    application = Answering(answers)
    async with serving_only(application, ServerLimits()) as port:
        logging.getLogger("uvicorn.error").addHandler(caplog.handler)
        came = await exchange(port, handshake)
        await application.has_ended.wait()
        logging.getLogger("uvicorn.error").removeHandler(caplog.handler)
    told = [record.getMessage().partition(" - ")[2] or record.getMessage() for record in caplog.records]
    for scope in application.scopes:
        scope["server"] = scope["server"][0]
    return [came, application.scopes, application.received, application.was_ours, told]


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
async def test_a_plain_handshake_comes_to_the_same_as_any(
    answers: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="uvicorn.error")
    plain = await observed(PLAIN, answers, caplog)
    other = await observed(b"\r\n" + PLAIN, answers, caplog)
    assert plain == other
    assert plain[1]  # the application was asked


class NoParser(GatewayHttpProtocol):
    """What a plain handshake has no need of."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        raise AssertionError("a plain handshake was given to the parser of HTTP")


async def test_a_plain_handshake_is_read_once() -> None:
    application = Answering(ANSWERS["accepted"])
    config = server_config(application, ServerLimits())
    config.load()
    new_connection: Any = config.http_protocol_class
    new_connection.http = NoParser
    NoParser.request_timeout, NoParser.limits = ServerLimits().request_timeout, ServerLimits().http
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: new_connection(config, ServerState(), {}), "127.0.0.1", 0)
    async with listener:
        came = await exchange(listener.sockets[0].getsockname()[1], PLAIN)
    assert came.startswith(b"HTTP/1.1 101 ")
