"""A second gateway, for tests of what gateways tell each other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streaming.gateway.runtime import Runtime
from tests.waiting import until


@asynccontextmanager
async def other_gateway() -> AsyncIterator[Runtime]:
    """Run another gateway without a server on the same layer, that of the settings, which knows of the first."""
    other = Runtime()
    await other.start()
    try:
        await until(lambda: len(other.statistics.gateways()) == 2)
        yield other
    finally:
        await other.stop()
