"""One exchange for all tests of its users' own libraries, in a loop of its own: a library may hold the test's."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange

_SECONDS = 30


@pytest.fixture(scope="session")
def exchange() -> Iterator[SimulatedExchange]:
    """Run an exchange with two symbols that trade and one that is halted."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    exchange = SimulatedExchange(seed=3, settings=ExchangeSettings(instruments=INSTRUMENTS[:2]))
    asyncio.run_coroutine_threadsafe(exchange.start(), loop).result(_SECONDS)
    yield exchange
    asyncio.run_coroutine_threadsafe(exchange.stop(), loop).result(_SECONDS)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(_SECONDS)
    loop.close()
