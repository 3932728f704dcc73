"""Whose turn it is to have a password looked at, and who is refused."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any, get_type_hints

import msgspec
import pytest
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from accounts.errors import PasswordHashingBusyError
from accounts.http.fields import Password
from accounts.passwords.queue import PASSWORD_VIEWS, PasswordQueue, PasswordQueueHandler, queues_of_loop
from tests.waiting import until


class Customers:
    """Whoever comes to a queue: each waits for a turn, and has it until told to go."""

    def __init__(self, queue: PasswordQueue) -> None:
        self._queue = queue
        self.served: list[str] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._gone: dict[str, asyncio.Event] = {}

    async def come(self, *names: str) -> None:
        """Let them come, one after the other; the letter of a name is its address."""
        for name in names:
            self.begin(name)
            await asyncio.sleep(0)

    def begin(self, name: str) -> None:
        """Let one come as soon as it runs."""
        self._gone[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._come(name))

    async def go(self, name: str) -> None:
        """Let one end its turn."""
        self._gone[name].set()
        await self._tasks[name]
        await asyncio.sleep(0)

    def go_now(self, name: str) -> None:
        """Let one end its turn as soon as it runs."""
        self._gone[name].set()

    def has_ended(self, name: str) -> bool:
        """Return whether one has gone."""
        return self._tasks[name].done()

    async def hang_up(self, name: str) -> None:
        """Cancel one."""
        self._tasks[name].cancel()
        await asyncio.gather(self._tasks[name], return_exceptions=True)
        await asyncio.sleep(0)

    def cancel(self, name: str) -> None:
        """Cancel one, who hears of it later."""
        self._tasks[name].cancel()

    def was_refused(self, name: str) -> bool:
        """Return whether one was refused."""
        task = self._tasks[name]
        return task.done() and isinstance(task.exception(), PasswordHashingBusyError)

    async def end(self) -> None:
        """Let all go."""
        for event in self._gone.values():
            event.set()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _come(self, name: str) -> None:
        async with self._queue.turn(name[0]):
            self.served.append(name)
            await self._gone[name].wait()


@pytest.fixture
async def customers() -> AsyncIterator[Customers]:
    """Return those who come to a queue that serves two, and lets four wait."""
    customers = Customers(PasswordQueue(at_a_time=2, waiting=4))
    yield customers
    await customers.end()


async def test_it_serves_as_many_at_a_time_as_it_may(customers: Customers) -> None:
    await customers.come("a1", "a2", "b1", "c1")
    assert customers.served == ["a1", "a2"]
    await customers.go("a2")
    assert customers.served == ["a1", "a2", "b1"]


async def test_it_serves_addresses_by_turns(customers: Customers) -> None:
    await customers.come("a1", "a2", "a3", "a4", "b1", "b2")
    for name in ("a1", "a2", "a3", "b1"):
        await customers.go(name)
    assert customers.served == ["a1", "a2", "a3", "b1", "a4", "b2"]


async def test_it_refuses_the_newcomer_of_an_address_that_has_the_most(customers: Customers) -> None:
    await customers.come("a1", "a2", "a3", "a4", "a5", "a6", "a7")
    assert customers.was_refused("a7")
    assert not customers.was_refused("a6")


async def test_an_address_with_many_makes_room_for_one_with_fewer(customers: Customers) -> None:
    await customers.come("a1", "a2", "a3", "a4", "a5", "a6", "b1")
    await until(lambda: customers.was_refused("a6"))
    await customers.go("a1")
    await customers.go("a2")
    assert customers.served == ["a1", "a2", "a3", "b1"]


async def test_two_with_as_many_do_not_push_each_other_out(customers: Customers) -> None:
    await customers.come("x1", "x2", "a1", "a2", "b1", "b2", "a3", "b3")
    assert [customers.was_refused(name) for name in ("a1", "a2", "b1", "b2", "a3", "b3")] == [False] * 4 + [True] * 2


async def test_whoever_hangs_up_while_waiting_leaves_the_room_to_others(customers: Customers) -> None:
    await customers.come("a1", "a2", "b1", "b2", "b3", "b4")
    for name in ("b1", "b2", "b3"):
        await customers.hang_up(name)
    await customers.come("c1")
    await customers.go("a1")
    await customers.go("a2")
    assert customers.served == ["a1", "a2", "b4", "c1"]


async def test_a_turn_that_came_as_its_owner_hung_up_goes_to_the_next() -> None:
    customers = Customers(PasswordQueue(at_a_time=1, waiting=4))
    await customers.come("a1", "b1", "c1")
    customers.go_now("a1")
    await asyncio.sleep(0)
    assert customers.has_ended("a1")
    await customers.hang_up("b1")  # whose turn came, and who hasn't run since
    await until(lambda: "c1" in customers.served)
    assert customers.served == ["a1", "c1"]
    await customers.end()


async def test_a_turn_goes_past_whoever_was_cancelled_and_has_not_run_since() -> None:
    customers = Customers(PasswordQueue(at_a_time=1, waiting=4))
    await customers.come("a1", "b1", "c1")
    customers.go_now("a1")
    customers.cancel("b1")  # who runs after a1, and is the next in the queue until then
    await until(lambda: "c1" in customers.served)
    await customers.go("c1")
    await customers.come("d1", "e1")
    assert customers.served == ["a1", "c1", "d1"]
    await customers.end()


async def test_whoever_was_cancelled_and_has_not_run_since_makes_room_without_a_fault() -> None:
    customers = Customers(PasswordQueue(at_a_time=1, waiting=2))
    await customers.come("a1", "a2", "a3")
    customers.begin("b1")
    customers.cancel("a3")  # who runs after b1, and is the last of those with the most until then
    await until(lambda: customers.has_ended("a3"))
    await customers.go("a1")
    await customers.go("a2")
    assert customers.served == ["a1", "a2", "b1"]
    await customers.end()


async def test_without_room_to_wait_it_refuses_at_once() -> None:
    customers = Customers(PasswordQueue(at_a_time=1, waiting=0))
    await customers.come("a1", "b1")
    assert customers.was_refused("b1")
    await customers.go("a1")
    await customers.come("b2")
    assert customers.served == ["a1", "b2"]
    await customers.end()


def test_every_rest_view_that_takes_a_password_waits_in_the_queue() -> None:
    with_password = {name for name, view in _views(get_resolver().url_patterns) if _takes_password(view)}
    assert with_password >= {"accounts:token", "accounts:register"}
    assert with_password <= PASSWORD_VIEWS


def _takes_password(view: Any) -> bool:
    cases = getattr(getattr(view, "cls", None), "use_cases", {}).values()
    return any(Password in get_type_hints(case.parameters, include_extras=True).values() for case in cases)


def _views(patterns: list[URLPattern | URLResolver], namespace: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += _views(pattern.url_patterns, inner)
        else:
            found.append((f"{namespace}{pattern.name}", pattern.callback))
    return found


@pytest.mark.usefixtures("shared_database")
class TestRequests:
    """Requests as they come from the server, while somebody else has the only turn."""

    @pytest.fixture(autouse=True)
    def _one_turn_and_no_room(self, settings: Settings) -> None:
        settings.PASSWORD_HASHES_AT_A_TIME, settings.PASSWORD_HASHES_WAITING = 1, 0

    async def answer(self, path: str, body: bytes = b"{}", *, method: str = "POST") -> HttpResponse:
        """Return the handler's answer."""
        headers = [
            (b"host", b"testserver"),
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
        ]
        scope = {"type": "http", "method": method, "path": path, "headers": headers, "client": ("192.0.2.1", 1)}
        response = await PasswordQueueHandler().get_response_async(ASGIRequest(scope, BytesIO(body)))
        assert isinstance(response, HttpResponse)
        return response

    async def test_one_with_a_password_is_refused_where_there_is_no_room_and_told_so_in_its_shape(self) -> None:
        async with queues_of_loop().hashing.turn("another"):
            of_rest, of_page = await self.answer("/api/v1/auth/token/"), await self.answer("/admin/login/")
        message = "Too many log in at the moment; try again in a few seconds"
        assert msgspec.json.decode(of_rest.content) == {"error": {"code": "UNAVAILABLE", "message": message}}
        assert message in of_page.content.decode()
        assert [(each.status_code, each.headers["Retry-After"]) for each in (of_rest, of_page)] == [(503, "5")] * 2

    async def test_others_wait_for_no_turn(self) -> None:
        async with queues_of_loop().hashing.turn("another"):
            assert (await self.answer("/api/v1/auth/token/", method="GET")).status_code == 405
            assert (await self.answer("/api/v1/auth/me/")).status_code == 401
            assert (await self.answer("/nowhere/")).status_code == 404

    async def test_it_gives_its_turn_back_with_the_answer(self) -> None:
        body = b'{"username": "Ada", "password": "wrong"}'
        for _ in range(2):
            assert (await self.answer("/api/v1/auth/token/", body)).status_code == 401

    async def test_who_would_be_refused_anyway_waits_for_no_turn(self, settings: Settings) -> None:
        settings.THROTTLE_TOKEN = "1/day"
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "queue"}}
        assert (await self.answer("/api/v1/auth/token/", b'{"username": "Ada", "password": "x"}')).status_code == 401
        async with queues_of_loop().hashing.turn("another"):
            assert (await self.answer("/api/v1/auth/token/")).status_code == 429


async def test_whoever_hangs_up_as_it_is_refused_changes_nothing_for_others() -> None:
    customers = Customers(PasswordQueue(at_a_time=1, waiting=2))
    await customers.come("a1", "a2", "a3")
    customers.cancel("a3")
    await customers.come("b1")
    await customers.go("a1")
    assert customers.served == ["a1", "a2"]
    await customers.go("a2")
    assert customers.served == ["a1", "a2", "b1"]
    await customers.end()
