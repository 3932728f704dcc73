"""What readers are told where one bridge follows another and not all is known of where it stopped."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from streaming.clock import SystemClock
from streaming.hub import Hub
from streaming.market.last_values import MemoryLastValues
from tests.market import frames
from tests.market.gaps.test_bridge_gaps import TRADES, bridging, demand, gaps, ids_of, reading, settings_for
from tests.market.scripted_exchange import ScriptedExchange
from tests.waiting import until

__all__ = ["demand"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("closed_connections", "demand"),
]


class ObservedCache(MemoryLastValues):
    """A cache that says whether positions were written, and can't be asked for them while it is away."""

    is_away = False
    written = 0

    async def write(self, values: Mapping[str, bytes], positions: Mapping[str, bytes] | None = None) -> None:
        """Write, and count the positions."""
        await super().write(values, positions)
        self.written += len(positions or {})

    async def read_positions(self, keys: Iterable[str]) -> dict[str, bytes] | None:
        """Return the positions, unless it is away."""
        return None if self.is_away else await super().read_positions(keys)


def trade(number: int) -> dict[str, Any]:
    """Return a trade that is made now."""
    now = SystemClock().now_ms()
    return frames.trade(trade_id=number) | {"E": now, "T": now}


def rest_trades(*ids: int) -> tuple[int, str, dict[str, str]]:
    """Return REST's answer with trades that were made a moment ago."""
    now = SystemClock().now_ms()
    rows = [{"id": i, "price": "1", "qty": "1", "time": now, "isBuyerMaker": True} for i in ids]
    return 200, json.dumps(rows), {}


async def test_it_fetches_what_was_missed_though_the_cache_cannot_say_where_the_predecessor_stopped(
    hub: Hub, exchange: ScriptedExchange
) -> None:
    cache = ObservedCache(maximum_age=5.0, clock=SystemClock())
    trades, settings = await reading(hub, TRADES), settings_for(exchange, exchange)
    async with bridging(hub, cache, settings, epoch=1):
        await until(lambda: exchange.subscribed)
        for number in (1, 2):
            await exchange.send("btcusdt@trade", trade(number))
        await until(lambda: ids_of(trades) == [1, 2])
    cache.is_away = True
    exchange.rest["/api/v3/trades"] = rest_trades(1, 2, 3, 4, 5)
    async with bridging(hub, cache, settings, epoch=2):
        await until(lambda: exchange.subscribed)
        await exchange.send("btcusdt@trade", trade(5))
        await until(lambda: gaps(trades) == [True])
    assert sorted(ids_of(trades)) == [1, 2, 3, 4, 5]


async def test_it_fetches_the_first_trades_of_a_symbol_that_was_quiet_until_its_bridge_went(
    hub: Hub, exchange: ScriptedExchange
) -> None:
    cache = ObservedCache(maximum_age=5.0, clock=SystemClock())
    trades, settings = await reading(hub, TRADES), settings_for(exchange, exchange)
    async with bridging(hub, cache, settings, epoch=1):
        await until(lambda: exchange.subscribed)
        await until(lambda: cache.written)
    exchange.rest["/api/v3/trades"] = rest_trades(1, 2, 3)
    async with bridging(hub, cache, settings, epoch=2):
        await until(lambda: exchange.subscribed)
        await exchange.send("btcusdt@trade", trade(3))
        await until(lambda: gaps(trades))
    assert sorted(ids_of(trades)) == [1, 2, 3]
