"""The simulated exchange for tests of the upstream, and short limits that suit it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.renewal import RenewalLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from streaming.simulator.streams.connection_life import ConnectionLimits as ExchangeLimits
from tests.market.conftest import quick_limits

CANARY = "btcusdt@ticker"


@asynccontextmanager
async def simulated(
    *, speed: float = 5.0, messages_a_second: int = 100_000, warm_up: float = 10.0
) -> AsyncIterator[SimulatedExchange]:
    """Run an exchange of two symbols, which by default forgives us our haste; its trades begin `warm_up` s ago."""
    settings = ExchangeSettings(
        speed=speed,
        limits=ExchangeLimits(messages_a_second=messages_a_second),
        tick_interval=0.05,
        warm_up=warm_up,
        instruments=INSTRUMENTS[:2],
    )
    exchange = SimulatedExchange(seed=3, settings=settings)
    await exchange.start()
    try:
        yield exchange
    finally:
        await exchange.stop()


def short_limits(
    *, silence: dict[str, Any] | None = None, renewal: dict[str, Any] | None = None, **changes: Any
) -> ConnectionLimits:
    """Return limits that a test needn't wait for; `changes` are those of the subscriptions."""
    return msgspec.structs.replace(
        quick_limits(**changes),
        silence=SilenceLimits(**{"canary": "", **(silence or {})}),
        renewal=RenewalLimits(**{"ready_within": 5.0, "drain": 0.3, "young": 0.0, "jitter": 0.0, **(renewal or {})}),
    )
