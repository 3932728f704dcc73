"""Whose turn it is to have a password looked at, and who is refused."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, get_type_hints

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.errors import PasswordHashingBusyError
from accounts.http.fields import Password
from accounts.passwords.queue import PASSWORD_VIEWS, PasswordQueue
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
            self._gone[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._come(name))
            await asyncio.sleep(0)

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
