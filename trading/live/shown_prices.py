"""What symbols cost now, for use cases that show what grids, strategies and accounts are worth by it."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from streaming.commands.use_cases import Caller, HubOfProcess
from streaming.database.fair_queries import in_turn
from streaming.events import Price, Ticker
from streaming.fan_out.hub import Hub
from streaming.topics.topic import Topic
from trading.live.quotes import QUOTED_KINDS

Prices = Mapping[str, Decimal]
"""What symbols cost, by name."""
_Given = TypeVar("_Given")


def prices_of(
    symbols_of: Callable[[Caller, _Given], Collection[str]],
) -> Callable[[Caller, HubOfProcess, _Given], Awaitable[Prices]]:
    """Return what gathers, for a use case, the held prices of the symbols that its caller and parameters come to."""

    async def gather(caller: Caller, hub: HubOfProcess, given: _Given) -> Prices:
        symbols = await in_turn(symbols_of)(caller, given)
        return await held_prices(await hub(), symbols) if symbols else {}

    return gather


async def held_prices(hub: Hub, symbols: Iterable[str]) -> Prices:
    """Return the last prices of those symbols of which any process holds one now; nothing is waited for."""
    prices = {}
    for symbol in symbols:
        for kind in QUOTED_KINDS:
            held = await hub.stored_value(Topic(kind, symbol).key)
            if isinstance(held, Ticker | Price):
                prices[symbol] = held.price
                break
    return prices
