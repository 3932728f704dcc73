"""docs/security.md, "Commands": gateways of one deployment keep one limit of commands a second for a user together."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager

import pytest

from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import MARKET
from tests.conformance.places import Place
from tests.conformance.rows import row

MOST = 8
"""Commands a second of a user: fewer than one connection may give, so that one alone can use them up."""
WINDOW_SECONDS = 1.1
"""After so long, what was given before counts no more."""
BURSTS = 20
FLOODING_SOCKETS = 2
PAUSE_SECONDS = 0.05
REFUSED = f"RATE_LIMITED: At most {MOST} commands a second of a user"
ANSWERED = {"answered": MOST}


@pytest.fixture
def strict(place: Place) -> Iterator[tuple[Place, Place]]:
    """Two more gateways of the deployment, which allow a user few commands a second."""
    settings = {"WS_COMMANDS_PER_SECOND_PER_USER": str(MOST)}
    with ExitStack() as stack:
        first, second = (stack.enter_context(place.another_gateway(settings)) for _ in range(2))
        yield first, second


@row("CM-46")
async def test_it_refuses_a_user_at_one_gateway_who_floods_another_and_answers_others(
    place: Place, strict: tuple[Place, Place]
) -> None:
    flooded, other = strict
    ada, bob = place.people.guest(), place.people.guest()
    async with speak(other, MARKET, ada) as adas, speak(other, MARKET, bob) as bobs:
        async with flood(flooded, ada):
            said = await first_burst(adas, bobs, is_refused=True)
        answered = said.pop("answered", 0)
        assert said == {REFUSED: MOST - answered}
        assert answered >= MOST // 2, "she has less than an equal share of both gateways"
        assert await first_burst(adas, bobs, is_refused=False) == ANSWERED


async def first_burst(adas: Speaker, bobs: Speaker, *, is_refused: bool) -> dict[str, int]:
    """Return what was said to Ada's first burst of which something was refused, or nothing.

    Each burst is what a user may give in a second, and they come farther apart than that: a gateway that hears of no
    other refuses none. Bob gives as many beside Ada, and is answered each.
    """
    for _ in range(BURSTS):
        await asyncio.sleep(WINDOW_SECONDS)
        to_ada, to_bob = await asyncio.gather(burst(adas), burst(bobs))
        assert to_bob == ANSWERED
        if (REFUSED in to_ada) is is_refused:
            return to_ada
    raise AssertionError(f"the last of {BURSTS} bursts got {to_ada}")


async def burst(client: Speaker) -> dict[str, int]:
    """Give as many commands at once as a user may in a second; return how many were answered and refused."""
    for number in range(MOST):
        await client.send({"type": "command", "id": str(number), "action": "session.quality", "params": {}})
    said: dict[str, int] = {}
    for _ in range(MOST):
        response = await client.next_of("response")
        error = response.get("error")
        outcome = f"{error['code']}: {error['message']}" if error else "answered"
        said[outcome] = said.get(outcome, 0) + 1
    return said


@asynccontextmanager
async def flood(place: Place, who: str) -> AsyncIterator[None]:
    """Let a user give more commands than allowed at a gateway, over several sockets, until the end of the `with`."""
    async with AsyncExitStack() as sockets, asyncio.TaskGroup() as side_by_side:
        clients = [await sockets.enter_async_context(speak(place, MARKET, who)) for _ in range(FLOODING_SOCKETS)]
        floods = [side_by_side.create_task(give_without_end(client)) for client in clients]
        yield
        for task in floods:
            task.cancel()


async def give_without_end(client: Speaker) -> None:
    while True:
        await client.command("session.quality")
        await asyncio.sleep(PAUSE_SECONDS)
