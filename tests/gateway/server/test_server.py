"""What `serve` does with peers that don't keep to the rules, over raw sockets."""

import asyncio
import base64
import json
import os
import struct
import time
from collections.abc import AsyncIterator

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from streaming.gateway.sending.transport import FRAMES_MESSAGE
from streaming.gateway.server.server import ServerLimits
from streaming.gateway.server.websocket_protocol import GatewayProtocol
from streaming.topics.topic import MarketKind, Topic
from tests.gateway.server.patient_application import PatientApplication, serving_only
from tests.gateway.stalled_client import StalledClient, price, publish
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)

TEXT, CONTINUATION, CLOSE = 0x1, 0x0, 0x8
FINAL = 0x80


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


OVERRIDDEN = (
    "connection_lost connection_made data_received handle_close handle_connect handle_cont handle_events "
    "handle_parser_exception handle_ping handle_pong keepalive_timeout pause_writing receive resume_writing send "
    "send_receive_event_to_app shutdown start_keepalive stop_keepalive"
)
READ = (
    "app_state asgi_version client conn curr_msg_data_type default_headers disconnected frames handshake_complete "
    "handshake_initiated initial_response last_ping_rtt logger loop on_task_complete queue read_paused root_path "
    "run_asgi scheme scope server tasks transport writable"
)


async def test_it_finds_what_it_builds_on(gateway: Serving) -> None:
    assert [name for name in OVERRIDDEN.split() if not hasattr(WebSocketsSansIOProtocol, name)] == []
    assert hasattr(HttpToolsProtocol, "_should_upgrade")
    async with connected(gateway.socket_url):
        [protocol] = gateway.server.server_state.connections
        assert [name for name in READ.split() if not hasattr(protocol, name)] == []
    assert "close_sent" in WebSocketsSansIOProtocol.__init__.__code__.co_names, "ours stands in for it"


class RawPeer:
    """A peer that writes whatever bytes it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, gateway: Serving) -> "RawPeer":
        return cls(*await asyncio.open_connection("127.0.0.1", gateway.port))

    async def request(self, target: str = "/ws", **headers: str) -> tuple[int, bytes]:
        """Ask for a handshake; return the answer's status and body."""
        lines = [f"GET {target} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
        key = base64.b64encode(os.urandom(16)).decode()
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(10):
            head = await self.reader.readuntil(b"\r\n\r\n")
            status = int(head.split()[1])
            return status, b"" if status == 101 else await self.reader.read()

    def send(self, opcode: int, payload: bytes = b"", *, final: bool = True) -> None:
        """Write one masked frame."""
        assert len(payload) < 126
        header = bytes(((FINAL if final else 0) | opcode, 0x80 | len(payload), 0, 0, 0, 0))
        self.writer.write(header + payload)

    async def close_code(self) -> int:
        """Return the code of the server's close frame, having read all frames before it."""
        async with asyncio.timeout(10):
            while True:
                first, length = await self.reader.readexactly(2)
                if length == 126:
                    (length,) = struct.unpack("!H", await self.reader.readexactly(2))
                payload = await self.reader.readexactly(length)
                if first & 0x0F == CLOSE:
                    code: int = struct.unpack("!H", payload[:2])[0]
                    return code

    async def end(self) -> None:
        self.writer.close()
        await asyncio.gather(self.writer.wait_closed(), return_exceptions=True)


@pytest.mark.parametrize(
    ("target", "headers", "status", "body"),
    [
        ("/ws?token=" + "x" * 9000, {}, 401, {"detail": "Authentication failed"}),
        ("/ws", {"Authorization": "Bearer " + "x" * 9000}, 401, {"detail": "Authentication failed"}),
    ],
    ids=["token in query", "token in header"],
)
async def test_it_answers_a_handshake_that_is_too_long(
    gateway: Serving, target: str, headers: dict[str, str], status: int, body: dict[str, str]
) -> None:
    peer = await RawPeer.connect(gateway)
    assert await peer.request(target, **headers) == (status, json.dumps(body, separators=(",", ":")).encode())
    await peer.end()


async def test_it_closes_after_a_message_of_endless_empty_fragments(gateway: Serving) -> None:
    peer = await RawPeer.connect(gateway)
    assert (await peer.request())[0] == 101
    peer.send(TEXT, final=False)
    for _ in range(1100):
        peer.send(CONTINUATION, final=False)
    assert await peer.close_code() == 1009
    await peer.end()


@pytest.mark.parametrize("goodbye", [b"\x88\x80\x00\x00\x00\x00", b"\xff\xff\xff\xff"], ids=["close", "nonsense"])
async def test_it_lets_go_of_a_stalled_peer_that_says_goodbye(goodbye: bytes) -> None:
    async with serving(ServerLimits(abort_after=0.2)) as gateway, StalledClient(gateway, "price:BTCUSDT") as stalled:
        while stalled.session.outbox.conflated < 10:
            await publish(gateway, Topic(MarketKind.PRICE, "BTCUSDT"), price(1))
        await asyncio.get_running_loop().sock_sendall(stalled.socket, goodbye)
        await until(lambda: not gateway.server.server_state.connections, seconds=5)


async def test_it_answers_a_close_that_comes_with_a_ping_into_a_full_socket(gateway: Serving) -> None:
    async with StalledClient(gateway, "price:BTCUSDT") as stalled:
        while stalled.session.outbox.conflated < 10:
            await publish(gateway, Topic(MarketKind.PRICE, "BTCUSDT"), price(1))
        loop, told = asyncio.get_running_loop(), b""
        await loop.sock_sendall(stalled.socket, b"\x89\x80\x00\x00\x00\x00" + b"\x88\x82\x00\x00\x00\x00\x03\xe8")
        while some := await loop.sock_recv(stalled.socket, 2**20):
            told += some
        assert told.endswith(b"\x88\x02\x03\xe8"), told[-20:]


async def test_it_sends_nothing_after_a_close(gateway: Serving) -> None:
    async with connected(gateway.socket_url):
        [protocol] = gateway.server.server_state.connections
        assert isinstance(protocol, GatewayProtocol)
        await protocol.send({"type": "websocket.close", "code": 1000})
        for message in ({"type": FRAMES_MESSAGE, "data": b""}, {"type": "websocket.close", "code": 1000}):
            with pytest.raises(ClientDisconnected):
                await protocol.send(message)


async def test_it_ends_the_session_however_the_connection_ends(gateway: Serving) -> None:
    async with connected(gateway.socket_url) as client:
        await client.subscribe("price:BTCUSDT")
        await client.next_of("subscribed")
        [task] = gateway.server.server_state.tasks
        task.cancel()
        await until(lambda: not len(gateway.runtime.sessions))
    await until(lambda: not gateway.runtime.hub.topics)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET /ws HT",
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\n",
        b"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n",
        b"POST /api/v1/auth/token/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
    ids=["nothing", "half a line", "half a head", "no body", "half a body"],
)
async def test_it_waits_for_a_request_but_not_for_ever(beginning: bytes) -> None:
    async with serving(ServerLimits(request_timeout=0.3)) as gateway:
        peer = await RawPeer.connect(gateway)
        peer.writer.write(beginning)
        async with asyncio.timeout(10):
            assert await peer.reader.read() == b""
        await peer.end()


async def test_it_waits_for_the_next_request_of_a_connection_but_not_for_ever() -> None:
    async with serving(ServerLimits(request_timeout=2)) as gateway:
        peer = await RawPeer.connect(gateway)
        peer.writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea")
        async with asyncio.timeout(10):
            assert (await peer.reader.read()).count(b"HTTP/1.1 200") == 1
        await peer.end()


async def test_it_holds_against_no_request_that_the_one_before_it_takes_long() -> None:
    first, rest = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"x" * 10
    second = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
    application = PatientApplication()
    async with serving_only(application, ServerLimits(request_timeout=0.5)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first + second)
        await application.has_begun.wait()
        writer.write(rest)  # which is not read before the first was answered
        application.may_answer.set()
        time.sleep(0.6)  # noqa: ASYNC251 - a busy machine: what is read again is so when its time would be over
        async with asyncio.timeout(10):
            assert (await reader.read()).count(b"HTTP/1.1 200") == 2
        writer.close()


async def test_it_drops_no_socket_for_the_time_that_its_request_took() -> None:
    async with serving(ServerLimits(request_timeout=0.1)) as gateway, connected(gateway.socket_url) as client:
        await asyncio.sleep(0.3)  # longer than the request may take
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"
