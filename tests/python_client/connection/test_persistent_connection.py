"""Attempts, connections and their ends, against servers that do what no gateway does on demand."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest

from tests.python_client.hostile_server import PONG, WELCOME, Peer, server_that
from tests.waiting import until
from tidewire_client import ClientOptions, ConnectionState, QualityReport, TidewireClient, TidewireError
from tidewire_client.errors import (
    CommandClosedError,
    ConnectionClosedError,
    ConnectionLostError,
    DialectRefusedError,
    GaveUpError,
    HandshakeInvalidError,
    HandshakeRefusedError,
    OpenTimeoutError,
    ProtocolBrokenError,
    TokenRefusedError,
    TokenUnavailableError,
    UnreachableError,
)
from tidewire_client.events import CONNECTION_EVENTS, Connecting, Disconnected, Reconnecting


def quick(**choices: Any) -> ClientOptions:
    """Return options with the shortest waits that the back-off allows."""
    return ClientOptions(**{"uniform": lambda: 1.0, "open_timeout": 5.0, "close_timeout": 0.2, **choices})


class Told:
    """Everything that a client tells of its connection, in order."""

    def __init__(self, client: TidewireClient) -> None:
        self.all: list[tuple[str, Any]] = []
        for name in CONNECTION_EVENTS:
            client.on(name, partial(self._note, name))

    def _note(self, name: str, value: Any) -> None:
        self.all.append((name, value))

    def names(self) -> list[str]:
        """Return the names but those of the heartbeat."""
        return [name for name, _ in self.all if name not in {"quality", "missed"}]

    def of(self, name: str) -> list[Any]:
        """Return the values of one name."""
        return [value for each, value in self.all if each == name]


async def ended(url: str, **choices: Any) -> tuple[TidewireError, Told]:
    """Return what a client's first connection ends with that makes one attempt, and what it told."""
    client = TidewireClient(url, options=quick(maximum_attempts=0, **choices))
    told = Told(client)
    with pytest.raises(TidewireError) as raised:
        await client.connect()
    return raised.value, told


async def test_it_tells_that_nothing_listens() -> None:
    error, told = await ended("ws://127.0.0.1:1/ws")
    assert isinstance(error, GaveUpError)
    assert isinstance(error.cause, UnreachableError)
    assert isinstance(error.cause.cause, ConnectionRefusedError)
    assert told.names() == ["connecting", "error", "disconnected"]
    assert told.of("disconnected") == [Disconnected(error)]


@pytest.mark.parametrize("status", [HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.FOUND])
async def test_it_tells_a_refused_handshake_with_status_and_body(status: HTTPStatus) -> None:
    async with server_that(refuses=lambda _: (status, "a body")) as server:
        error, _ = await ended(server.url)
    assert isinstance(error, GaveUpError)
    assert isinstance(error.cause, HandshakeRefusedError)
    assert (error.cause.status, error.cause.body) == (status, "a body")
    assert "content-length" in error.cause.headers


async def test_it_asks_again_after_503_and_comes_back() -> None:
    busy = (HTTPStatus.SERVICE_UNAVAILABLE, "starting")
    async with server_that(refuses=lambda number: busy if number == 0 else None) as server:
        client = TidewireClient(server.url, options=quick())
        told = Told(client)
        async with client:
            assert client.state is ConnectionState.CONNECTED
    assert told.names() == ["connecting", "error", "reconnecting", "connecting", "connected", "disconnected"]
    assert [each.attempt for each in told.of("connecting")] == [0, 1]
    assert [(each.attempt, each.delay) for each in told.of("reconnecting")] == [(1, 0.5)]


@pytest.mark.parametrize(("status", "kind"), [(401, TokenRefusedError), (403, HandshakeRefusedError)])
async def test_it_stops_at_401_and_403(status: int, kind: type[TidewireError]) -> None:
    async with server_that(refuses=lambda _: (HTTPStatus(status), '{"detail":"no"}')) as server:
        client = TidewireClient(server.url, token="a-token", options=quick())
        told = Told(client)
        with pytest.raises(kind) as raised:
            await client.connect()
        assert len(server.requests) == 1
    assert told.of("error") == [raised.value]
    assert told.of("disconnected") == [Disconnected(raised.value)]
    assert client.state is ConnectionState.DISCONNECTED


@pytest.mark.parametrize("status", [401, 403])
async def test_it_tries_one_fresh_token_and_no_more(status: int) -> None:
    async with server_that(refuses=lambda _: (HTTPStatus(status), "no")) as server:
        tokens = ["third", "second", "first"]
        client = TidewireClient(server.url, token=tokens.pop, options=quick())
        with pytest.raises((TokenRefusedError, HandshakeRefusedError)):
            await client.connect()
        assert [request.headers["Authorization"] for request in server.requests] == ["Bearer first", "Bearer second"]


async def test_a_login_that_can_not_be_checked_now_is_tried_again_with_back_off() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        await peer.expect("auth")
        refused = '{"type":"auth_result","success":false,"error":{"code":"unavailable","message":"Login unavailable"}}'
        await peer.say(refused if peer.number == 0 else '{"type":"auth_result","success":true,"data":{"user_id":"7"}}')
        await peer.answer_pings()

    async with server_that(talk) as server:
        client = TidewireClient(server.url, token=lambda: "a-token", options=quick(login_by="first_frame"))
        told = Told(client)
        async with client:
            assert client.state is ConnectionState.CONNECTED
    assert [(each.attempt, each.delay) for each in told.of("reconnecting")] == [(1, 0.5)]
    assert [(error.code, error.message) for error in told.of("error")] == [("unavailable", "Login unavailable")]


async def test_it_connects_with_a_fresh_token_after_4401() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        if peer.number == 0:
            await peer.close(4401, "Token expired")
        await peer.answer_pings()

    async with server_that(talk) as server:
        tokens = ["second", "first"]
        client = TidewireClient(server.url, token=tokens.pop, options=quick())
        async with client:
            await until(lambda: len(server.peers) == 2 and client.state is ConnectionState.CONNECTED)
        assert [request.headers["Authorization"] for request in server.requests] == ["Bearer first", "Bearer second"]


async def test_it_gives_up_after_the_last_attempt() -> None:
    async def talk(peer: Peer) -> None:
        await peer.close(1011, "again and again")

    async with server_that(talk) as server:
        client = TidewireClient(server.url, options=quick(maximum_attempts=2))
        told = Told(client)
        with pytest.raises(GaveUpError) as raised:
            await client.connect()
        assert len(server.peers) == 3
    assert raised.value.attempts == 2
    assert isinstance(raised.value.cause, ConnectionClosedError)
    assert raised.value.__cause__ is raised.value.cause
    assert [each.delay for each in told.of("reconnecting")] == [0.5, 1.0]


async def test_attempts_after_an_announced_restart_do_not_count() -> None:
    async def talk(peer: Peer) -> None:
        if peer.number < 2:
            await peer.close(1012)
        await peer.welcome()

    async with server_that(talk) as server:
        client = TidewireClient(server.url, options=quick(maximum_attempts=1, uniform=lambda: 0.0))
        told = Told(client)
        async with client:
            assert len(server.peers) == 3
    assert [(each.attempt, each.delay) for each in told.of("reconnecting")] == [(0, 0.5), (0, 0.5)]


async def test_a_server_that_never_welcomes_is_told_and_left() -> None:
    async with server_that(Peer.answer_pings) as server:
        error, told = await ended(server.url, open_timeout=0.2)
    assert isinstance(error, GaveUpError)
    assert isinstance(error.cause, OpenTimeoutError)
    assert [each.code for each in told.of("error")] == ["timeout"]


async def test_a_listener_that_never_answers_the_handshake_is_told_and_left() -> None:
    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await left.wait()
        writer.close()

    left = asyncio.Event()
    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        error, _ = await ended(f"ws://127.0.0.1:{port}/ws", open_timeout=0.2)
        left.set()
    assert isinstance(error, GaveUpError)
    assert isinstance(error.cause, OpenTimeoutError)


async def test_what_speaks_no_http_is_told() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        writer.close()

    listener = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        error, _ = await ended(f"ws://127.0.0.1:{port}/ws")
    assert isinstance(error, GaveUpError)
    assert isinstance(error.cause, HandshakeInvalidError)


async def test_a_server_that_never_answers_pings_is_left_after_two() -> None:
    async def deaf(peer: Peer) -> None:
        await peer.say(WELCOME)
        async for _ in peer.connection:
            pass

    async with server_that(deaf) as server:
        client = TidewireClient(server.url, options=quick(ping_interval=0.05, pong_timeout=0.05))
        told = Told(client)
        await client.connect()
        await until(lambda: told.of("reconnecting"))
        await client.disconnect()
    assert [(each.missed, each.in_a_row) for each in told.of("missed")] == [(1, 1), (2, 2)]
    assert [(each.missed, each.quality) for each in told.of("quality")] == [(1, None), (2, None)]
    assert client.quality == QualityReport(missed=2, disconnections=1)
    (lost,) = [error for error in told.of("error") if isinstance(error, ConnectionLostError)]
    assert (lost.code, lost.close_code) == ("timeout", 1006)
    assert client.statistics.disconnections == 1


async def test_a_server_that_breaks_the_rules_of_websocket_is_told_and_tried_again() -> None:
    async def rude(peer: Peer) -> None:
        await peer.say(WELCOME)
        if peer.number == 0:
            peer.connection.transport.write(b"\xff\xff\xff\xff")
        await peer.answer_pings()

    async with server_that(rude) as server:
        client = TidewireClient(server.url, options=quick())
        told = Told(client)
        async with client:
            await until(lambda: len(server.peers) == 2 and client.state is ConnectionState.CONNECTED)
    assert [type(error) for error in told.of("error")] == [ProtocolBrokenError]


async def test_a_frame_over_the_limit_is_told_and_the_connection_is_tried_again() -> None:
    async def rude(peer: Peer) -> None:
        await peer.say(WELCOME)
        if peer.number == 0:
            await peer.say("x" * 3000)
        await peer.answer_pings()

    async with server_that(rude) as server:
        client = TidewireClient(server.url, options=quick(maximum_frame_bytes=2000))
        told = Told(client)
        async with client:
            await until(lambda: len(server.peers) == 2 and client.state is ConnectionState.CONNECTED)
    assert [error.reason.split()[0] for error in told.of("error")] == ["1009"]


async def test_a_server_without_the_subprotocol_is_not_asked_again() -> None:
    async with server_that() as server:
        client = TidewireClient(server.url, dialect="zigquant-v2", options=quick())
        with pytest.raises(DialectRefusedError) as refused:
            await client.connect()
        assert len(server.requests) == 1
    assert refused.value.subprotocol == "zigquant-v2"


async def test_a_function_that_gives_no_token_is_told_and_asked_again() -> None:
    answers: list[Any] = ["a-token", 42, RuntimeError("a secret")]

    async def token() -> str:
        answer = answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    async with server_that() as server:
        client = TidewireClient(server.url, token=token, options=quick())
        told = Told(client)
        async with client:
            assert len(server.requests) == 1
    errors = told.of("error")
    assert [type(error) for error in errors] == [TokenUnavailableError] * 2
    assert [type(error.cause) for error in errors] == [RuntimeError, ValueError]
    assert "a secret" not in str(errors[0])


async def test_it_tells_of_the_connection_in_order() -> None:
    async with server_that() as server:
        client = TidewireClient(server.url, options=quick())
        told = Told(client)
        async with client:
            server.peers[0].connection.transport.abort()
            await until(lambda: len(server.peers) == 2 and client.state is ConnectionState.CONNECTED)
    assert told.names() == ["connecting", "connected", "reconnecting", "connecting", "connected", "disconnected"]
    assert told.of("connecting") == [Connecting(0), Connecting(1)]
    (reconnecting,) = told.of("reconnecting")
    assert isinstance(reconnecting, Reconnecting)
    assert isinstance(reconnecting.error, ConnectionClosedError)
    assert reconnecting.error.close_code == 1006
    assert client.statistics.disconnections == 1


async def test_on_a_new_connection_everything_comes_in_its_order() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        await peer.expect("auth")
        accepted = (
            '{"type":"auth_result","success":true,"data":{"user_id":"7","expires_at":"2099-01-01T00:00:00.000Z"}}'
        )
        await peer.say(accepted)
        await peer.expect("subscribe")
        await peer.expect("command")
        if peer.number == 0:
            peer.connection.transport.abort()
        await peer.answer_pings()

    async with server_that(talk) as server:
        options = quick(login_by="first_frame")
        client = TidewireClient(server.url, token=lambda: "a-token", options=options)
        client.subscribe(["price:BTCUSDT", "ticker:BTCUSDT"], throttle_ms=100)
        under_way = asyncio.create_task(client.command("first"))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(client.command("second"))
        async with client:
            await until(lambda: len(server.peers) == 2 and len(server.peers[1].messages) >= 4)
            sent = [
                [message["type"] for message in peer.messages if message["type"] != "ping"] for peer in server.peers
            ]
            commands = [message for peer in server.peers for message in peer.messages if message["type"] == "command"]
        with pytest.raises(CommandClosedError):
            await under_way
        with pytest.raises(CommandClosedError):
            await waiting
    assert sent[1] == ["auth", "subscribe", "command", "command"]
    assert server.peers[1].messages[1]["channels"] == ["price:BTCUSDT", "ticker:BTCUSDT"]
    assert server.peers[1].messages[1]["throttle_ms"] == 100
    assert [command["action"] for command in commands[-2:]] == ["first", "second"]
    assert len({command["id"] for command in commands if command["action"] == "first"}) == 1


async def test_pongs_are_measured() -> None:
    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME, PONG)
        await peer.answer_pings()

    async with server_that(talk) as server:
        client = TidewireClient(server.url, options=quick(ping_interval=0.02))
        told = Told(client)
        async with client:
            await until(lambda: len(told.of("quality")) == 3)
            assert client.quality.latency is not None
            assert client.quality.latency > 0
    assert client.quality.latency is None
