"""What readers are told where one bridge follows another and not all is known of where it stopped."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.market.publishing.last_values import MemoryLastValues
from tests.market import frames
from tests.market.gaps.gap_bridging import TRADES, bridging, gaps, ids_of, settings_for
from tests.market.scripted_exchange import ScriptedExchange
from tests.market.topic_reading import reading
from tests.waiting import until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("closed_connections", "demand"),
]


class ObservedCache(MemoryLastValues):
    """A cache that says whether checkpoints were written, and can't be asked for them while it is away."""

    is_away = False
    written = 0

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        """Write, and count the checkpoints."""
        await super().write(values, checkpoints, epoch=epoch)
        self.written += len(checkpoints or {})

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return the checkpoints, unless it is away."""
        return None if self.is_away else await super().read_checkpoints(keys, maximum_age=maximum_age, epoch=epoch)


class MadeTrades:
    """Trades that are made when they are first asked for."""

    def __init__(self) -> None:
        self._times: dict[int, int] = {}

    def live(self, number: int) -> dict[str, Any]:
        """Return a trade as the stream tells it."""
        time = self._time_of(number)
        return frames.trade(trade_id=number) | {"E": time, "T": time}

    def rest(self, *ids: int) -> tuple[int, str, dict[str, str]]:
        """Return REST's answer with these trades."""
        rows = [{"id": i, "price": "1", "qty": "1", "time": self._time_of(i), "isBuyerMaker": True} for i in ids]
        return 200, json.dumps(rows), {}

    def _time_of(self, number: int) -> int:
        return self._times.setdefault(number, SystemClock().now_ms())


class FastClock(SystemClock):
    """A clock that is an hour ahead of the exchange's."""

    def now_ms(self) -> int:
        """Return the time of day."""
        return super().now_ms() + 3_600_000


@pytest.mark.parametrize("clock", [SystemClock(), FastClock()])
async def test_it_fetches_what_was_missed_though_the_cache_cannot_say_where_the_predecessor_stopped(
    hub: Hub, exchange: ScriptedExchange, clock: SystemClock
) -> None:
    made = MadeTrades()
    cache = ObservedCache(maximum_age=5.0, clock=SystemClock())
    trades, settings = await reading(hub, TRADES), settings_for(exchange, exchange)
    async with bridging(hub, cache, settings, epoch=1):
        await until(lambda: exchange.subscribed)
        for number in (1, 2):
            await exchange.send("btcusdt@trade", made.live(number))
        await until(lambda: ids_of(trades) == [1, 2])
    cache.is_away = True
    exchange.rest["/api/v3/trades"] = made.rest(1, 2, 3, 4, 5)
    exchange.rest["/api/v3/time"] = (200, json.dumps({"serverTime": SystemClock().now_ms()}), {})
    async with bridging(hub, cache, settings, epoch=2, clock=clock):
        await until(lambda: exchange.subscribed)
        await exchange.send("btcusdt@trade", made.live(5))
        await until(lambda: gaps(trades) == [True])
    assert sorted(ids_of(trades)) == [1, 2, 3, 4, 5]


async def test_it_fetches_the_first_trades_of_a_symbol_that_was_quiet_until_its_bridge_went(
    hub: Hub, exchange: ScriptedExchange
) -> None:
    made = MadeTrades()
    cache = ObservedCache(maximum_age=5.0, clock=SystemClock())
    trades, settings = await reading(hub, TRADES), settings_for(exchange, exchange)
    async with bridging(hub, cache, settings, epoch=1):
        await until(lambda: exchange.subscribed)
        await until(lambda: cache.written)
    exchange.rest["/api/v3/trades"] = made.rest(1, 2, 3)
    async with bridging(hub, cache, settings, epoch=2):
        await until(lambda: exchange.subscribed)
        await exchange.send("btcusdt@trade", made.live(3))
        await until(lambda: gaps(trades))
    assert sorted(ids_of(trades)) == [1, 2, 3]


async def test_it_tells_of_a_loss_where_nothing_is_known_of_a_predecessor(hub: Hub, exchange: ScriptedExchange) -> None:
    made = MadeTrades()
    trades, settings = await reading(hub, TRADES), settings_for(exchange, exchange)
    for epoch in (1, 2):
        forgotten = MemoryLastValues(maximum_age=5.0, clock=SystemClock())
        async with bridging(hub, forgotten, settings, epoch=epoch):
            await until(lambda: exchange.subscribed)
            await exchange.send("btcusdt@trade", made.live(5 * epoch))
            await until(lambda epoch=epoch: ids_of(trades)[-1:] == [5 * epoch])  # type: ignore[misc]
        await until(lambda: not exchange.subscribed)
    assert ids_of(trades) == [5, 10]
    assert gaps(trades) == [False]
