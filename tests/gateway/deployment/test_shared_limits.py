"""Gateways of one deployment keep one limit for a user together, as far as they have heard of each other."""

from contextlib import ExitStack, suppress

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.commands.user_limits import UserLimits
from streaming.fair_queue import NoTurnError
from streaming.gateway.runtime import Runtime
from streaming.requesters import user_requester
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
ADA, BOB = user_requester(1), user_requester(2)
MOST = 16


def free(limits: UserLimits, requester: str) -> int:
    """Return how many more turns somebody would get at once, which are given back."""
    taken = 0
    with ExitStack() as turns, suppress(NoTurnError):
        while True:
            turns.enter_context(limits.at_work.turn_in_thread(requester, seconds=0))
            taken += 1
    return taken


async def test_it_leaves_a_user_an_equal_share_at_each_gateway_while_all_ask_for_much() -> None:
    layer = InMemoryChannelLayer()
    first, second = Runtime(layer=layer), Runtime(layer=layer)
    await first.start()
    await second.start()
    try:
        for _ in range(MOST):
            await first.user_limits.at_work.take(ADA)
        await until(lambda: free(second.user_limits, ADA) == MOST // 2)
        assert free(second.user_limits, BOB) == MOST
        for _ in range(MOST):
            first.user_limits.at_work.give_back(ADA)
        await until(lambda: free(second.user_limits, ADA) == MOST)
    finally:
        await first.stop()
        await second.stop()
