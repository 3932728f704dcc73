"""What one user asks for never keeps another waiting: over ninety sockets, over REST, and by changes of either way."""

import asyncio
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from accounts.tokens.json_web_tokens import access_issue
from streaming.requesters import address_requester, claimed_requester, user_requester
from tests.conformance.rows import row
from tests.held_turns import turns_held
from tests.serving import Serving, serving
from tests.waiting import until
from tests.wire.client import Client, connected

pytestmark = pytest.mark.django_db(transaction=True)
SOCKETS = 90
ASKING = ThreadPoolExecutor(max_workers=8, thread_name_prefix="asking")
"""Threads of the test's own: the gateway in this process needs those of the event loop."""
BEGUN = 3
"""Commands of one user that the database may have begun when another's comes."""
RULE = {
    "name": "A level",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "above",
    "threshold": "1",
    "trigger": "once",
}


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    """Let no other test's changes be counted here."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": __name__}}
    settings.THROTTLE_ALERTS = ""


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    """Run a gateway."""
    async with serving() as running:
        yield running


@sync_to_async
def token_of(username: str, *, is_staff: bool = False) -> str:
    """Make a user and log in."""
    return access_issue(user=User.objects.create_user(username, f"{username}@example.com", is_staff=is_staff))


@asynccontextmanager
async def sockets(gateway: Serving, token: str, count: int) -> AsyncIterator[list[Client]]:
    """Connect so many times."""
    async with AsyncExitStack() as stack:
        url = f"{gateway.socket_url}?token={token}"
        yield [await stack.enter_async_context(connected(url)) for _ in range(count)]


async def give(client: Client, action: str, params: dict[str, Any] | None = None, command_id: str = "1") -> None:
    """Give a command, and return when the gateway has taken it."""
    await client.send({"type": "command", "id": command_id, "action": action, "params": params or {}})
    await client.send({"type": "ping"})
    await client.next_of("pong")


async def answer(client: Client) -> dict[str, Any]:
    """Return the next response, or the one that came before the pong."""
    for frame in client.frames:
        if frame["type"] == "response":
            client.frames.remove(frame)
            return frame
    return await client.next_of("response")


async def ask(client: Client, action: str, params: dict[str, Any] | None = None, command_id: str = "1") -> Any:
    """Give a command and return its answer."""
    await client.send({"type": "command", "id": command_id, "action": action, "params": params or {}})
    return await client.next_of("response")


async def request(gateway: Serving, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any, str]:
    """Ask over REST; return status, body and `Retry-After`."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(f"{gateway.http_url}/api/v1/{path}", data, headers, method=method)

    def fetch() -> tuple[int, Any, str]:
        try:
            with urllib.request.urlopen(asked, timeout=20) as response:
                return response.status, json.load(response), ""
        except urllib.error.HTTPError as error:
            return error.code, json.load(error), error.headers.get("Retry-After", "")

    return await asyncio.get_running_loop().run_in_executor(ASKING, fetch)


@asynccontextmanager
async def held_database() -> AsyncIterator[threading.Event]:
    """Keep the thread busy that asks the database for the event loop, until the event is set."""
    go_on, began = threading.Event(), threading.Event()

    def wait() -> None:
        began.set()
        go_on.wait(30)

    holding = asyncio.create_task(sync_to_async(wait)())
    await until(began.is_set)
    try:
        yield go_on
    finally:
        go_on.set()
        await holding


@row("CM-47")
async def test_it_answers_another_after_a_few_commands_of_one_who_floods(settings: Settings) -> None:
    settings.WS_COMMANDS_PER_SECOND_PER_USER = settings.WS_COMMANDS_AT_A_TIME_PER_USER = 1000
    hostile, honest = await token_of("hostile"), await token_of("honest", is_staff=True)
    async with serving() as gateway, sockets(gateway, hostile, SOCKETS) as many, sockets(gateway, honest, 1) as [one]:
        async with held_database() as go_on:
            for number, client in enumerate(many):
                await give(client, "alerts.create", RULE, f"flood {number}")
            await give(one, "alerts.list", {"everyone": True})
            go_on.set()
        made_before = (await answer(one))["data"]["total"]
        assert all([(await answer(client))["success"] for client in many])
        listed = await ask(one, "alerts.list", {"everyone": True})
    assert made_before <= BEGUN
    assert listed["data"]["total"] == SOCKETS


@row("CM-46")
async def test_it_limits_one_user_over_all_sockets_and_no_other(settings: Settings) -> None:
    settings.WS_COMMANDS_PER_SECOND_PER_USER = 20
    hostile, honest = await token_of("hostile"), await token_of("honest")
    async with serving() as gateway, sockets(gateway, hostile, 9) as many, sockets(gateway, honest, 1) as [one]:
        began = time.monotonic()
        for client in many:
            for number in range(5):
                await client.send({"type": "command", "id": str(number), "action": "session.quality"})
        frames = [await client.next_of("response") for client in many for _ in range(5)]
        seconds = time.monotonic() - began
        assert (await ask(one, "session.quality"))["success"]
    refused = [frame["error"] for frame in frames if not frame["success"]]
    assert len(frames) - len(refused) <= 20 * (1 + seconds)
    message = "At most 20 commands a second of a user"
    assert [*refused] == [{"code": "RATE_LIMITED", "message": message}] * len(refused)
    assert refused


@row("CM-46")
async def test_it_limits_one_user_over_rest_as_well_and_no_other(settings: Settings) -> None:
    settings.WS_COMMANDS_PER_SECOND_PER_USER = 4
    hostile, honest = await token_of("hostile"), await token_of("honest")
    async with serving() as gateway:
        began = time.monotonic()
        asked = [request(gateway, hostile, "GET", "alerts/rules/") for _ in range(24)]
        answers = await asyncio.gather(*asked)
        seconds = time.monotonic() - began
        assert (await request(gateway, honest, "GET", "alerts/rules/"))[0] == 200
    refused = [(body, wait) for status, body, wait in answers if status == 429]
    assert len(answers) - len(refused) <= 4 * (1 + seconds)
    error = {"code": "RATE_LIMITED", "message": "At most 4 commands a second of a user"}
    assert refused == [({"error": error}, "1")] * len(refused)
    assert refused


@row("CM-48")
async def test_it_counts_changes_by_rest_and_by_command_together(gateway: Serving, settings: Settings) -> None:
    settings.THROTTLE_ALERTS = "3/day"
    ada, bob = await token_of("ada"), await token_of("bob")
    async with sockets(gateway, ada, 1) as [one], sockets(gateway, bob, 1) as [other]:
        assert (await ask(one, "alerts.create", RULE, "a"))["success"]
        assert (await request(gateway, ada, "POST", "alerts/rules/", RULE))[0] == 201
        assert (await ask(one, "alerts.create", RULE, "b"))["success"]
        refused = (await ask(one, "alerts.create", RULE, "c"))["error"]
        assert refused == {"code": "RATE_LIMITED", "message": "At most 3 changes a day"}
        status, body, wait = await request(gateway, ada, "POST", "alerts/rules/", RULE)
        assert (status, body) == (429, {"error": refused})
        assert int(wait) > 0
        assert (await ask(one, "alerts.list"))["data"]["total"] == 3
        assert (await ask(other, "alerts.create", RULE))["success"]
        settings.THROTTLE_ALERTS = ""
        assert (await ask(one, "alerts.create", RULE, "c"))["success"]


async def test_a_request_for_alerts_looks_up_its_login_in_a_turn_of_whom_it_names(settings: Settings) -> None:
    settings.WS_COMMAND_SECONDS = 0.2
    token = await token_of("ada")
    named = claimed_requester((await User.objects.aget()).pk)
    error = {"code": "UNAVAILABLE", "message": "It took too long; try again later"}
    async with serving() as gateway:
        for requester, shown, otherwise in ((named, token, 200), (address_requester("127.0.0.1"), "of nobody", 401)):
            with turns_held(*[requester] * BEGUN):
                assert (await request(gateway, shown, "GET", "alerts/rules/"))[:2] == (503, {"error": error})
            assert (await request(gateway, shown, "GET", "alerts/rules/"))[0] == otherwise


@row("CM-46")
async def test_requests_for_alerts_of_nobody_do_not_wait_without_end(settings: Settings) -> None:
    settings.WS_COMMANDS_AT_A_TIME_PER_ADDRESS, settings.WS_COMMANDS_WAITING_PER_USER = 2, 1
    error = {"code": "RATE_LIMITED", "message": "Too many commands are waiting"}
    async with serving() as gateway:
        with turns_held(*[address_requester("127.0.0.1")] * BEGUN):
            asked = [asyncio.create_task(request(gateway, "of nobody", "GET", "alerts/rules/")) for _ in range(5)]
            await until(lambda: sum(task.done() for task in asked) == 2)
            refused = [task.result() for task in asked if task.done()]
        answers = await asyncio.gather(*asked)
    assert refused == [(429, {"error": error}, "1")] * 2
    assert sorted(status for status, _, _ in answers) == [401] * 3 + [429] * 2


async def test_a_request_for_alerts_waits_for_its_turns_as_long_as_a_command_may(settings: Settings) -> None:
    settings.WS_COMMAND_SECONDS = 0.2
    settings.WS_COMMANDS_AT_A_TIME_PER_USER = 1
    token = await token_of("ada")
    requester = user_requester((await User.objects.aget()).pk)
    error = {"code": "UNAVAILABLE", "message": "It took too long; try again later"}
    async with serving() as gateway:
        with turns_held(*[requester] * BEGUN):
            assert (await request(gateway, token, "GET", "alerts/rules/"))[:2] == (503, {"error": error})
        async with gateway.runtime.user_limits.at_work.turn(requester):
            assert (await request(gateway, token, "GET", "alerts/rules/"))[:2] == (503, {"error": error})
        assert (await request(gateway, token, "GET", "alerts/rules/"))[0] == 200
