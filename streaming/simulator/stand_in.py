"""A simulated exchange that is told what it lists, and at which price each symbol begins: for whoever stands in."""

import asyncio
from decimal import Decimal

from streaming.clock import Clock
from streaming.simulator.candles.candles import SECOND
from streaming.simulator.market.pricing import instrument_at
from streaming.simulator.server import ExchangeSettings, SimulatedExchange

_NOTHING = ExchangeSettings(instruments=(), halted=(), warm_up=0.0)


class StandInExchange(SimulatedExchange):
    """Lists nothing at first; on a free port of the loopback interface, by the given clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(seed=clock.now_ms(), clock=clock, settings=_NOTHING)

    async def list_symbol(
        self, *, symbol: str, base: str, quote: str, price: Decimal, tick: Decimal, step: Decimal
    ) -> None:
        """Let a symbol trade from `price` on, in whole ticks and steps; one that is listed already goes on."""
        if symbol in self.market.symbols:
            return
        start = self.market.time // SECOND * SECOND
        made = instrument_at(
            symbol=symbol, base=base, quote=quote, price=price, tick=tick, step=step, seed=self.seed, start=start
        )
        self.market.open_now(made)
        await asyncio.sleep(0)  # it is some work, and others have their turn
