"""Logging in on a live connection, with servers that answer late, in part, or never."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import msgspec
import pytest

from tests.python_client.hostile_server import WELCOME, Peer, server_that
from tests.python_client.json_web_tokens import json_web_token
from tests.waiting import until
from tidewire_client import ClientOptions, ConnectionState, TidewireClient, TidewireError
from tidewire_client.errors import CommandClosedError, LoginTimeoutError, TokenRefusedError
from tidewire_client.reading.times import now_ms

_ACCEPTED = '{"type":"auth_result","success":true,"data":{"user_id":"7"}}'
_REFUSED = '{"type":"auth_result","success":false,"error":{"code":"authentication_failed","message":"no"}}'
_BEHIND_MS = 900_000
_SOON = 5.0


def _options(open_timeout: float = 5.0) -> ClientOptions:
    return ClientOptions(uniform=lambda: 1.0, open_timeout=open_timeout, close_timeout=0.2)


async def _settled(*work: Coroutine[Any, Any, Any]) -> list[Any]:
    async with asyncio.timeout(_SOON):
        return await asyncio.gather(*work, return_exceptions=True)


async def _restart_at_login(peer: Peer) -> None:
    await peer.say(WELCOME)
    if peer.number == 0:
        await peer.expect("auth")
        await peer.close(1012)
    else:
        await peer.answer_pings()


async def test_logins_that_the_connection_ends_before_are_taken_by_the_next() -> None:
    async with server_that(_restart_at_login) as server, TidewireClient(server.url, options=_options()) as client:
        assert await _settled(client.login("first"), client.login("second")) == [None, None]
        assert client.state is ConnectionState.CONNECTED
        assert server.requests[-1].headers["Authorization"] in {"Bearer first", "Bearer second"}


async def test_a_token_that_comes_after_the_end_of_its_connection_is_taken_by_the_next() -> None:
    async with server_that() as server, TidewireClient(server.url, options=_options()) as client:

        async def slow() -> str:
            server.peers[0].connection.transport.abort()
            await until(lambda: client.state is ConnectionState.RECONNECTING)
            return "late"

        assert await _settled(client.login(slow)) == [None]
        assert server.requests[-1].headers["Authorization"] == "Bearer late"


async def test_an_answer_is_that_to_its_own_token() -> None:
    """Also after a login that was cancelled: its answer comes first, and is nobody else's."""

    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        await peer.expect("auth")
        await peer.expect("auth")
        await peer.say(_ACCEPTED, _REFUSED)
        await peer.answer_pings()

    async with server_that(talk) as server, TidewireClient(server.url, options=_options()) as client:
        cancelled = asyncio.create_task(client.login("good"))
        await until(lambda: any(message["type"] == "auth" for message in server.peers[0].messages))
        cancelled.cancel()
        with pytest.raises(TokenRefusedError):
            await client.login("bad")


async def test_a_login_that_nobody_answers_ends() -> None:
    async with server_that() as server, TidewireClient(server.url, options=_options(0.3)) as client:
        with pytest.raises(LoginTimeoutError):
            await client.login("a-token")
        assert client.state is ConnectionState.CONNECTED


async def test_no_command_of_one_user_goes_out_as_another_who_logs_in_meanwhile() -> None:
    async with server_that() as server:
        async with TidewireClient(server.url, token=json_web_token({"userId": "A"}), options=_options()) as client:
            server.peers[0].connection.transport.abort()
            await until(lambda: client.state is ConnectionState.RECONNECTING)
            command = asyncio.create_task(client.command("orders.place"))
            await until(lambda: client.statistics.queued == 1)
            await client.login(json_web_token({"userId": "B"}))
            with pytest.raises(CommandClosedError):
                await command
        assert all(message["type"] != "command" for peer in server.peers for message in peer.messages)


@pytest.mark.parametrize("code", ["authentication_failed", "unavailable", "rate_limited"])
async def test_a_renewal_that_was_refused_is_tried_again_before_the_login_ends(code: str) -> None:
    lives = [60.0, 60.0, 2.0]
    refused = _REFUSED.replace("authentication_failed", code)

    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        for answer in (refused, _ACCEPTED):
            await peer.expect("auth")
            await peer.say(answer)
        await peer.answer_pings()

    def token() -> str:
        return json_web_token({"userId": "7", "exp": time.time() + lives.pop()})

    async with server_that(talk) as server, TidewireClient(server.url, token=token, options=_options()) as client:
        errors: list[TidewireError] = []
        renewed: list[object] = []
        client.on("error", errors.append)
        client.on("logged_in", renewed.append)
        async with asyncio.timeout(_SOON):
            await until(lambda: renewed)
    assert ([error.code for error in errors], lives, len(server.peers)) == ([code], [], 1)


async def test_tokens_end_by_the_servers_clock() -> None:
    """This machine's is 15 minutes ahead: tokens of five minutes seem to have ended whenever they come."""
    asked: list[int] = []

    def token() -> str:
        asked.append(1)
        return json_web_token({"userId": "7", "exp": time.time() - _BEHIND_MS / 1000 + 300})

    async def talk(peer: Peer) -> None:
        await peer.say(WELCOME)
        while True:
            kind = (await peer.next())["type"]
            answer = {"type": "pong", "timestamp": now_ms() - _BEHIND_MS}
            await peer.say(msgspec.json.encode(answer).decode() if kind == "ping" else _ACCEPTED)

    options = ClientOptions(ping_interval=0.1, close_timeout=0.2)
    async with server_that(talk) as server, TidewireClient(server.url, token=token, options=options):
        await until(lambda: len([each for each in server.peers[0].messages if each["type"] == "ping"]) >= 8)
        assert len(asked) <= 2
