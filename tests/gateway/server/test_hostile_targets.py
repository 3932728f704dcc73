"""What a request's target costs that was made to cost much."""

import asyncio
import time

import pytest

from tests.gateway.server.raw_http import ask, head
from tests.serving import Serving, serving

pytestmark = pytest.mark.django_db(transaction=True)


async def _cost(gateway: Serving, target: str) -> float:
    """Return the CPU seconds of this process for a request of `target`, while another client asks for the health."""
    before = time.process_time()
    refused, health = await asyncio.gather(
        ask(gateway.port, head(f"GET /{target} HTTP/1.1")), ask(gateway.port, head("GET /health HTTP/1.1"))
    )
    assert (refused.status, health.status) == (404, 200)
    return time.process_time() - before


async def test_it_spends_on_backslashes_no_more_than_on_letters() -> None:
    async with serving() as gateway:
        await _cost(gateway, "warm")
        letters = min([await _cost(gateway, "a" * 7_900) for _ in range(3)])
        backslashes = min([await _cost(gateway, "\\" * 7_900) for _ in range(2)])
    assert backslashes < 5 * letters + 0.02
