"""Many log in at once, over real sockets: what is hashed at a time, who is refused, and what it costs."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Self

import httpx2
import pytest
from pytest_django import Settings

from accounts.passwords.queue import queues_of_loop
from tests.accounts.conftest import PASSWORD
from tests.accounts.passwords.holding_hasher import Gate, UnboundedHoldingHasher
from tests.processes import resident_bytes_of
from tests.serving import Serving, serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

_TOKEN, _ADMIN = "/api/v1/auth/token/", "/admin/login/"
_FLOODER, _HONEST = "127.0.0.7", "127.0.0.8"
_MIB = 1024 * 1024
_BETWEEN_LOOKS = 0.005  # at the memory


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Return the gate at which passwords are hashed from now on."""
    UnboundedHoldingHasher.gate = gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
async def gateway(settings: Settings, gate: Gate) -> AsyncIterator[Serving]:
    """Serve, with a hasher that waits for the gate; six may wait, and nobody is known."""
    settings.PASSWORD_HASHERS = ["tests.accounts.passwords.holding_hasher.HoldingHasher"]
    settings.PASSWORD_HASHES_WAITING = 6
    settings.AXES_ENABLED = False  # the tests' SQLite can't be written by two at once
    async with serving(with_symbols=False) as gateway:
        yield gateway


class Visitor:
    """A client at an address of this machine's own."""

    def __init__(self, gateway: Serving, address: str) -> None:
        transport = httpx2.AsyncHTTPTransport(local_address=address)
        self.client = httpx2.AsyncClient(transport=transport, base_url=gateway.http_url, timeout=20)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.client.aclose()

    async def log_in(self, password: str) -> httpx2.Response:
        """Ask for tokens."""
        return await self.client.post(_TOKEN, json={"username": "nobody", "password": password})


@pytest.fixture
async def flooder(gateway: Serving) -> AsyncIterator[Visitor]:
    """Return whoever asks much."""
    async with Visitor(gateway, _FLOODER) as visitor:
        yield visitor


@pytest.fixture
async def honest(gateway: Serving) -> AsyncIterator[Visitor]:
    """Return whoever asks once, from another address."""
    async with Visitor(gateway, _HONEST) as visitor:
        yield visitor


async def test_it_hashes_two_at_a_time_and_refuses_past_the_bound(flooder: Visitor, gate: Gate) -> None:
    asked = [asyncio.create_task(flooder.log_in(f"password {number}")) for number in range(20)]
    await until(lambda: gate.inside >= 2 and sum(task.done() for task in asked) == 12)
    refused = [task.result() for task in asked if task.done()]
    assert {answer.status_code for answer in refused} == {503}
    assert json.loads(refused[0].content)["error"]["code"] == "UNAVAILABLE"
    assert refused[0].headers["Retry-After"] == "5"
    assert "Content-Security-Policy" in refused[0].headers
    assert (await flooder.client.get("/health")).status_code == 200
    gate.open()
    answers = await asyncio.gather(*asked)
    assert Counter(answer.status_code for answer in answers) == {503: 12, 401: 8}
    assert gate.most == 2


async def test_an_honest_address_is_served_in_its_turn_while_another_floods(
    flooder: Visitor, honest: Visitor, gate: Gate
) -> None:
    flood = [asyncio.create_task(flooder.log_in("flood")) for _ in range(20)]
    await until(lambda: gate.inside >= 2 and sum(task.done() for task in flood) == 12)
    asked = asyncio.create_task(honest.log_in("honest"))
    await until(lambda: sum(task.done() for task in flood) == 13)  # one of the flood's made room
    gate.let_one_through()
    await until(lambda: len(gate.order) == 3)
    gate.let_one_through()
    await until(lambda: len(gate.order) == 4)
    assert gate.order[2:] in (["flood", "honest"], ["honest", "flood"])  # after the two that were at work
    gate.open()
    assert (await asked).status_code == 401
    await asyncio.gather(*flood)


async def test_whoever_hangs_up_lets_no_third_password_be_hashed(flooder: Visitor, honest: Visitor, gate: Gate) -> None:
    await _hang_up_once(flooder, lambda: gate.inside == 2)
    for _ in range(2):
        await _hang_up_once(flooder, lambda: _waiting() == 2)
        await until(lambda: _waiting() == 0)
    last = asyncio.create_task(honest.log_in("last"))
    gate.open()
    assert (await last).status_code == 401
    assert (gate.most, gate.order) == (2, ["gone", "gone", "last"])


async def _hang_up_once(visitor: Visitor, have_come: Callable[[], bool]) -> None:
    """Send two log-ins, and hang up as soon as both have come where they are to wait."""
    asked = [asyncio.create_task(visitor.log_in("gone")) for _ in range(2)]
    await until(have_come)
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)


def _waiting() -> int:
    """Return how many requests wait for their turn."""
    return queues_of_loop().hashing._count


async def test_the_admins_page_is_refused_past_the_bound_too(flooder: Visitor, gate: Gate) -> None:
    await flooder.client.get(_ADMIN)
    form = {
        "username": "nobody",
        "password": "wrong",
        "csrfmiddlewaretoken": flooder.client.cookies["csrftoken"],
    }
    asked = [asyncio.create_task(flooder.client.post(_ADMIN, data=form)) for _ in range(9)]
    await until(lambda: gate.inside >= 2 and any(task.done() for task in asked))
    [refused] = [task.result() for task in asked if task.done()]
    gate.open()
    await asyncio.gather(*asked)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "Too many log in at the moment" in refused.text
    assert gate.most == 2


async def test_forty_log_ins_at_once_take_little_memory(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["accounts.passwords.hashing.BoundedArgon2Hasher"]
    settings.AXES_ENABLED = False
    body = {"username": "nobody", "password": PASSWORD}
    async with serving(with_symbols=False) as gateway, httpx2.AsyncClient(base_url=gateway.http_url) as client:
        client.timeout = 60
        assert (await client.post(_TOKEN, json=body)).status_code == 401
        before, most = _resident(), 0
        pending = asked = {asyncio.create_task(client.post(_TOKEN, json=body)) for _ in range(40)}
        while pending:
            _, pending = await asyncio.wait(pending, timeout=_BETWEEN_LOOKS)
            most = max(most, _resident())
        assert {task.result().status_code for task in asked} == {401}
    assert most - before < 100 * _MIB


def _resident() -> int:
    return resident_bytes_of("self")
