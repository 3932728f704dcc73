"""A bridge that is killed, and the one that stands by: processes of their own, over Redis and a real socket."""

# channels_redis has no types.
# mypy: disable-error-code="import-untyped"

import asyncio
import os
import secrets
import time
from pathlib import Path

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from streaming.hub import Hub
from streaming.market.demand import DemandPublisher
from streaming.market.status import BridgeStatusTable
from streaming.simulator.server import SimulatedExchange
from streaming.topic_kinds import default_registry
from tests import services
from tests.market.gaps.test_bridge_gaps import CANDLES, TRADES, closed, gaps, ids_of, reading
from tests.market.test_bridge_together import manage
from tests.waiting import until

TAKEOVER_SECONDS = 10.0


@pytest.mark.redis
async def test_it_takes_over_within_ten_seconds_of_a_kill_and_loses_and_doubles_nothing(tmp_path: Path) -> None:
    url, prefix = services.need_redis(), f"test-{secrets.token_hex(8)}"
    simulator = SimulatedExchange(seed=5)
    await simulator.start()
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bridge.sqlite3'}",
        "REDIS_PREFIX": prefix,
        "REDIS_URL": url,
        "EXCHANGE_SOURCE": "simulator",
        "EXCHANGE_STREAM_URLS": simulator.stream_url,
        "EXCHANGE_REST_URL": simulator.rest_url,
    }
    for app in ("streaming", "market"):
        assert await (await manage("migrate", app, environment=environment)).wait() == 0
    layer = RedisPubSubChannelLayer(hosts=[url], prefix=prefix)
    hub = Hub(layer, default_registry(), linger=0.0)
    await hub.start()
    table = BridgeStatusTable()
    await table.start(hub)
    demand = DemandPublisher(hub, process_id="gateway-1", interval=0.5, gather=0.01)
    await demand.start()
    trades, candles = await reading(hub, TRADES), await reading(hub, CANDLES)
    bridges = [await manage("run_bridge", environment=environment) for _ in range(2)]
    try:
        await until(lambda: len(ids_of(trades)) > 5 and len(closed(candles)) > 2)
        holder = table.current()
        assert holder is not None
        killed = next(one for one in bridges if f"-{one.pid}-" in holder.holder)
        killed.kill()
        began = time.monotonic()
        await until(lambda: (now := table.current()) is not None and now.holder != holder.holder)
        seen = len(ids_of(trades))
        await until(lambda: len(ids_of(trades)) > seen)
        assert time.monotonic() - began < TAKEOVER_SECONDS
        await until(lambda: gaps(trades) and gaps(candles))
        seen = len(closed(candles))
        await until(lambda: len(closed(candles)) >= seen + 2)
    finally:
        for one in bridges:
            if one.returncode is None:
                one.kill()
        await asyncio.gather(*(one.communicate() for one in bridges))
        await demand.stop()
        await hub.stop()
        await layer.flush()
        await simulator.stop()
    assert ids_of(trades) == list(range(ids_of(trades)[0], ids_of(trades)[-1] + 1))
    assert closed(candles) == list(range(closed(candles)[0], closed(candles)[-1] + 1, 1000))
    assert gaps(trades) == gaps(candles) == [True]
