"""Whoever asks for accounts without end, over many connections, keeps nobody else waiting at the database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from accounts.services import user_log_out
from accounts.tokens.json_web_tokens import TokenKind, access_issue, pair_issue, token_read
from streaming.market.models import Symbol
from tests.accounts.passwords.holding_hasher import Gate, UnboundedHoldingHasher
from tests.conformance.rows import row
from tests.databases.held_queries import held_queries
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import connected

pytestmark = pytest.mark.django_db(transaction=True)

ME, VERIFY, TOKEN = "/api/v1/auth/me/", "/api/v1/auth/token/verify/", "/api/v1/auth/token/"
SYMBOLS = "/api/v1/market/symbols/"
HOSTILE, HONEST = "127.0.0.7", "127.0.0.8"
HOSTILE_ID = 918273
FLOOD = 40
MOST_OF_ONE = 3
"""Questions that the database has of one requester at a time."""


def is_of_flood(sql: str, params: Any) -> bool:
    """Return whether a query asks for the user who floods."""
    return User._meta.db_table in sql and str(HOSTILE_ID) in map(str, params or ())


def is_of_search(sql: str, params: Any) -> bool:
    """Return whether a query looks for the symbols that the flood asks for."""
    return Symbol._meta.db_table in sql and any("flood" in str(value).lower() for value in params or ())


@pytest.fixture(autouse=True)
def _many_requests(settings: Settings) -> None:
    settings.WS_COMMANDS_PER_SECOND_PER_USER = settings.WS_COMMANDS_AT_A_TIME_PER_USER = 1000


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Return the gate at which passwords are hashed from now on."""
    UnboundedHoldingHasher.gate = gate = Gate()
    yield gate
    gate.open()


@sync_to_async
def token_of(username: str, **given: Any) -> str:
    """Make a user and log in."""
    return access_issue(user=User.objects.create_user(username, f"{username}@example.com", **given))


@asynccontextmanager
async def client_at(gateway: Serving, address: str, token: str = "") -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client with any number of connections from an address of this machine's own."""
    transport = httpx2.AsyncHTTPTransport(local_address=address, limits=httpx2.Limits(max_connections=None))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(
        transport=transport, base_url=gateway.http_url, timeout=60, headers=headers
    ) as client:
        yield client


async def answer_of(client: httpx2.AsyncClient, path: str, token: str) -> int:
    """Ask who one is, or whether the token is good; return the status."""
    answer = await (client.get(path) if path == ME else client.post(path, json={"token": token}))
    return answer.status_code


@row("CM-47")
@pytest.mark.parametrize(("path", "requester"), [(ME, f"claimed:{HOSTILE_ID}"), (VERIFY, f"address:{HOSTILE}")])
async def test_it_answers_others_while_one_floods_accounts(path: str, requester: str) -> None:
    bad, good = await token_of("hostile", pk=HOSTILE_ID), await token_of("honest")
    with held_queries(is_of_flood) as held:
        async with (
            serving() as gateway,
            client_at(gateway, HOSTILE, bad) as hostile,
            client_at(gateway, HONEST, good) as honest,
            connected(f"{gateway.socket_url}?token={good}") as socket,
        ):
            flood = [asyncio.create_task(answer_of(hostile, path, bad)) for _ in range(FLOOD)]
            await until(lambda: gateway.runtime.user_limits.at_work.takers().get(requester) == FLOOD)
            await until(lambda: held.inside == MOST_OF_ONE)
            assert await answer_of(honest, ME, good) == await answer_of(honest, VERIFY, good) == 200
            await socket.send({"type": "command", "id": "1", "action": "alerts.list"})
            assert (await socket.next_of("response"))["success"]
            assert not any(task.done() for task in flood)
            held.let_go()
            assert await asyncio.gather(*flood) == [200] * FLOOD
    assert held.most == MOST_OF_ONE


@row("CM-46")
async def test_it_refuses_what_would_wait_behind_too_many_of_one_user(settings: Settings) -> None:
    settings.WS_COMMANDS_AT_A_TIME_PER_USER = 5
    settings.WS_COMMANDS_WAITING_PER_USER = 4
    token = await token_of("hostile", pk=HOSTILE_ID)
    with held_queries(is_of_flood) as held:
        async with serving() as gateway, client_at(gateway, HOSTILE, token) as hostile:
            asked = [asyncio.create_task(hostile.get(ME)) for _ in range(12)]
            await until(lambda: sum(task.done() for task in asked) == 3 and held.inside == MOST_OF_ONE)
            refused = [task.result() for task in asked if task.done()]
            held.let_go()
            answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [429] * 3
    error = {"code": "RATE_LIMITED", "message": "Too many commands are waiting"}
    assert [(answer.json(), answer.headers["Retry-After"]) for answer in refused] == [({"error": error}, "1")] * 3


async def test_it_says_so_where_no_turn_comes(settings: Settings) -> None:
    settings.WS_COMMAND_SECONDS = 0.2
    token = await token_of("hostile", pk=HOSTILE_ID)
    with held_queries(is_of_flood) as held:
        async with serving() as gateway, client_at(gateway, HOSTILE, token) as hostile:
            holding = [asyncio.create_task(hostile.get(ME)) for _ in range(MOST_OF_ONE)]
            await until(lambda: held.inside == MOST_OF_ONE)
            refused = await hostile.get(ME)
            held.let_go()
            assert [answer.status_code for answer in await asyncio.gather(*holding)] == [200] * MOST_OF_ONE
            assert (await hostile.get(ME)).status_code == 200
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.json() == {"error": {"code": "UNAVAILABLE", "message": "It took too long; try again later"}}


async def test_it_answers_others_while_passwords_are_hashed(settings: Settings, gate: Gate) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.passwords.holding_hasher.HoldingHasher"]
    settings.PASSWORD_HASHES_AT_A_TIME = 8
    settings.AXES_ENABLED = False  # the tests' SQLite can't be written by two at once
    token = await token_of("honest")
    body = {"username": "nobody", "password": "wrong"}
    async with (
        serving() as gateway,
        client_at(gateway, HOSTILE) as one,
        client_at(gateway, "127.0.0.9") as other,
        client_at(gateway, HONEST, token) as honest,
    ):
        log_ins = [asyncio.create_task(client.post(TOKEN, json=body)) for client in (one, other) for _ in range(4)]
        at_work = gateway.runtime.user_limits.at_work
        await until(lambda: sum(at_work.takers().values()) == len(log_ins) and gate.inside)
        assert await answer_of(honest, ME, token) == 200
        assert not any(task.done() for task in log_ins)
        gate.open()
        assert [answer.status_code for answer in await asyncio.gather(*log_ins)] == [401] * len(log_ins)


@row("CM-47")
async def test_it_answers_log_ins_while_an_address_that_floods_logs_in(settings: Settings) -> None:
    settings.WS_COMMANDS_AT_A_TIME_PER_ADDRESS = FLOOD
    settings.AXES_ENABLED = False  # the tests' SQLite can't be written by two at once
    body = {"username": "nobody", "password": "wrong"}
    with held_queries(is_of_search) as held:
        async with (
            serving() as gateway,
            client_at(gateway, HOSTILE) as hostile,
            client_at(gateway, HONEST) as honest,
        ):
            flood = [asyncio.create_task(hostile.get(SYMBOLS, params={"query": "flood"})) for _ in range(FLOOD)]
            at_work = gateway.runtime.user_limits.at_work
            await until(lambda: at_work.takers().get(f"address:{HOSTILE}") == FLOOD and held.inside == MOST_OF_ONE)
            log_ins = [hostile.post(TOKEN, json=body) for _ in range(settings.PASSWORD_HASHES_AT_A_TIME)]
            answers = await asyncio.gather(*log_ins, honest.post(TOKEN, json=body))
            assert not any(task.done() for task in flood)
            held.let_go()
            await asyncio.gather(*flood)
    assert [answer.status_code for answer in answers] == [401] * len(answers)


@sync_to_async
def ended_and_living_tokens() -> tuple[str, str]:
    """Make a user with two logins, and end the first."""
    user = User.objects.create_user("hostile", "hostile@example.com", pk=HOSTILE_ID)
    ended, living = pair_issue(user=user), access_issue(user=user)
    user_log_out(user=user, refresh=ended.refresh)
    return ended.access, living


@row("CM-46")
async def test_a_token_whose_login_has_ended_takes_nothing_away_from_its_user(settings: Settings) -> None:
    settings.WS_COMMANDS_AT_A_TIME_PER_USER = MOST_OF_ONE
    ended, living = await ended_and_living_tokens()
    login = token_read(ended, TokenKind.ACCESS).login_id
    with held_queries(lambda _, params: login in (params or ())) as held:
        async with (
            serving() as gateway,
            client_at(gateway, HOSTILE, ended) as hostile,
            connected(f"{gateway.socket_url}?token={living}") as socket,
        ):
            asked = [asyncio.create_task(hostile.get(ME)) for _ in range(FLOOD)]
            await until(lambda: held.inside == MOST_OF_ONE)
            await socket.send({"type": "command", "id": "1", "action": "alerts.list"})
            assert (await socket.next_of("response"))["success"]
            assert not any(task.done() for task in asked)
            held.let_go()
            assert [answer.status_code for answer in await asyncio.gather(*asked)] == [401] * FLOOD


async def test_it_knows_a_token_after_any_white_space() -> None:
    token = await token_of("hostile", pk=HOSTILE_ID)
    with held_queries(is_of_flood) as held:
        async with serving() as gateway, client_at(gateway, HOSTILE) as hostile:
            asked = asyncio.create_task(hostile.get(ME, headers={"Authorization": f"bearer\t{token}"}))
            await until(lambda: held.inside == 1)
            assert gateway.runtime.user_limits.at_work.takers() == {f"claimed:{HOSTILE_ID}": 1}
            held.let_go()
            assert (await asked).status_code == 200
