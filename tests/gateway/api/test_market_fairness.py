"""Whoever asks for market data without end, over many connections, keeps nobody else waiting, and is refused."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.market.models import Symbol
from tests.conformance.rows import row
from tests.databases.held_queries import HeldQueries, held_queries
from tests.held_turns import turns_held
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)

SYMBOLS = "/api/v1/market/symbols/"
HOSTILE, HONEST = "127.0.0.7", "127.0.0.8"
HOSTILE_REQUESTER = f"address:{HOSTILE}"
FLOOD = 40
WAITING = 10
MOST_OF_ONE = 3
"""Questions that the database has of one requester at a time."""


def is_of_flood(sql: str, params: Any) -> bool:
    """Return whether a query looks for the symbols that the flood asks for."""
    return Symbol._meta.db_table in sql and any("flood" in str(value).lower() for value in params or ())


def is_of_some_symbols(sql: str, params: Any) -> bool:
    """Return whether a query reads a page of symbols, or those with given names: what a request asks."""
    return f'FROM "{Symbol._meta.db_table}"' in sql and (" LIMIT " in sql or " IN (" in sql)


@asynccontextmanager
async def client_at(gateway: Serving, address: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client with any number of connections from an address of this machine's own."""
    limits = httpx2.Limits(max_connections=None)
    transport = httpx2.AsyncHTTPTransport(local_address=address, limits=limits)
    async with httpx2.AsyncClient(transport=transport, base_url=gateway.http_url, timeout=60) as client:
        yield client


@asynccontextmanager
async def flood(gateway: Serving, held: HeldQueries) -> AsyncIterator[list[asyncio.Task[httpx2.Response]]]:
    """Ask without end from one address, until all is at the gateway and the database is busy with it."""
    async with client_at(gateway, HOSTILE) as hostile:
        asked = [asyncio.create_task(hostile.get(SYMBOLS, params={"query": "flood"})) for _ in range(FLOOD)]
        await until(lambda: gateway.runtime.user_limits.at_work.takers().get(HOSTILE_REQUESTER) == FLOOD)
        await until(lambda: held.inside == MOST_OF_ONE)
        yield asked
        held.let_go()
        await asyncio.gather(*asked)


@sync_to_async
def token_of(username: str) -> str:
    """Make a user and log in."""
    return access_issue(user=User.objects.create_user(username, f"{username}@example.com"))


@row("CM-47")
async def test_it_answers_others_while_one_address_floods_the_market() -> None:
    token = await token_of("ada")
    with held_queries(is_of_flood) as held:
        async with (
            serving() as gateway,
            flood(gateway, held) as flooding,
            client_at(gateway, HONEST) as honest,
            connected(f"{gateway.socket_url}?token={token}") as socket,
        ):
            assert (await honest.get(SYMBOLS)).json()["total"] == 2
            await socket.send({"type": "command", "id": "1", "action": "alerts.list"})
            assert (await socket.next_of("response"))["success"]
            headers = {"Authorization": f"Bearer {token}"}
            assert (await honest.get("/api/v1/alerts/rules/", headers=headers)).json()["total"] == 0
            assert not any(task.done() for task in flooding)
        assert [task.result().status_code for task in flooding] == [200] * FLOOD
        assert held.most == MOST_OF_ONE


@row("CM-46")
async def test_it_refuses_what_would_wait_behind_too_many_of_one_address(settings: Settings) -> None:
    settings.WS_COMMANDS_AT_A_TIME_PER_ADDRESS = 5
    settings.WS_COMMANDS_WAITING_PER_USER = 4
    with held_queries(is_of_flood) as held:
        async with serving() as gateway, client_at(gateway, HOSTILE) as hostile, client_at(gateway, HONEST) as honest:
            asked = [asyncio.create_task(hostile.get(SYMBOLS, params={"query": "flood"})) for _ in range(12)]
            await until(lambda: sum(task.done() for task in asked) == 3 and held.inside == MOST_OF_ONE)
            refused = [task.result() for task in asked if task.done()]
            assert (await honest.get(SYMBOLS)).status_code == 200
            held.let_go()
            answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [429] * 3
    error = {"code": "RATE_LIMITED", "message": "Too many commands are waiting"}
    assert [(answer.json(), answer.headers["Retry-After"]) for answer in refused] == [({"error": error}, "1")] * 3


@row("CM-46")
@pytest.mark.parametrize("path", ["symbols/", "history/", "overview/"])
async def test_it_limits_an_address_by_the_second(settings: Settings, path: str) -> None:
    settings.WS_COMMANDS_PER_SECOND_PER_ADDRESS = 1
    async with serving() as gateway, client_at(gateway, HOSTILE) as hostile, client_at(gateway, HONEST) as honest:
        wrong = f"/api/v1/market/{path}?limit=none"
        answers = await asyncio.gather(*[hostile.get(wrong) for _ in range(12)])
        assert (await honest.get(wrong)).status_code == 400
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {400, 429}
    error = {"code": "RATE_LIMITED", "message": "At most 1 commands a second of an address"}
    assert refused[0].json() == {"error": error}
    assert refused[0].headers["Retry-After"] == "1"


async def test_it_says_so_where_its_turn_does_not_come(settings: Settings) -> None:
    settings.WS_COMMAND_SECONDS = 0.2
    settings.WS_COMMANDS_AT_A_TIME_PER_ADDRESS = 1
    error = {"code": "UNAVAILABLE", "message": "It took too long; try again later"}
    async with serving() as gateway, client_at(gateway, HOSTILE) as hostile:
        async with gateway.runtime.user_limits.at_work.turn(HOSTILE_REQUESTER):
            behind_its_own = await hostile.get(SYMBOLS)
        with turns_held(*[HOSTILE_REQUESTER] * MOST_OF_ONE):
            at_the_database = await hostile.get(SYMBOLS)
        assert (await hostile.get(SYMBOLS)).status_code == 200
    for answer in (behind_its_own, at_the_database):
        assert (answer.status_code, answer.json()) == (503, {"error": error})


@pytest.mark.parametrize("path", ["symbols/", "history/?symbol=BTCUSDT&interval=1m"])
async def test_it_says_so_in_time_where_the_database_hangs(settings: Settings, path: str) -> None:
    settings.WS_COMMAND_SECONDS = 0.5
    with held_queries(is_of_some_symbols) as held:
        async with serving() as gateway, client_at(gateway, HONEST) as honest:
            answer = await asyncio.wait_for(honest.get(f"/api/v1/market/{path}"), 20)
            assert held.inside == 1
            held.let_go()
    assert answer.status_code == 503
    assert answer.json() == {"error": {"code": "UNAVAILABLE", "message": "It took too long; try again later"}}


async def test_a_stop_waits_for_no_request_that_waits_for_its_turn(settings: Settings) -> None:
    settings.WS_COMMAND_SECONDS = 60
    settings.WS_COMMANDS_AT_A_TIME_PER_ADDRESS = 1
    async with serving() as gateway, client_at(gateway, HOSTILE) as hostile:
        limits = gateway.runtime.user_limits
        async with limits.at_work.turn(HOSTILE_REQUESTER):
            waiting = [asyncio.create_task(hostile.get(SYMBOLS)) for _ in range(WAITING)]
            await until(lambda: len(limits._turns._waiting.get(HOSTILE_REQUESTER, ())) == WAITING)
            await gateway.runtime.close_sessions()
            answered, still_waiting = await asyncio.wait(waiting, timeout=10)
    assert not still_waiting
    assert {answer.result().status_code for answer in answered} == {503}
