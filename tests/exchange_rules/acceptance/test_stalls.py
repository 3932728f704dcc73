"""Acceptance: Redis, or whoever takes events, stalls for a while. The stall is shortened here; 30 s on request."""

# channels_redis has no types.
# mypy: disable-error-code="import-untyped"

import asyncio
import os
import time
from itertools import pairwise

import pytest
import redis.asyncio as redis
from channels_redis.pubsub import RedisPubSubChannelLayer

from streaming.clock import SystemClock
from streaming.events import Interval
from streaming.market.publishing.last_values import RedisLastValues
from streaming.market.publishing.limits import PublishingLimits
from streaming.simulator.streams.connection_life import ConnectionLimits as AllowedLimits
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import Made, bridging, settings_for, simulating
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import PONG, Tap, tapping
from tests.own_services import own_redis
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

STALL_SECONDS = float(os.environ.get("EXCHANGE_RULES_STALL_SECONDS", "4.5"))
PONG_TIMEOUT = min(3.0, STALL_SECONDS / 2)
"""Of the simulator, far below the stall: a reader that waits for anybody is cut off."""
ROOM = 200
"""Trades of a symbol that may wait; hundreds a second are made."""
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
SECONDS = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1)


def check_pongs(tap: Tap, stalled_from: float) -> None:
    """Check that the exchange had no reason to cut us off."""
    assert len(tap.sockets) == 1
    pongs = [stalled_from, *(frame.at for frame in tap.sockets[0].frames if frame.opcode == PONG)]
    during = sorted(at for at in pongs if stalled_from <= at <= stalled_from + STALL_SECONDS)
    assert len(during) >= STALL_SECONDS / PONG_TIMEOUT
    assert all(later - earlier < PONG_TIMEOUT for earlier, later in pairwise(during))


@rule("A.6")
@pytest.mark.redis
@pytest.mark.timeout(120 + 2 * STALL_SECONDS)
async def test_a_redis_that_answers_nobody_costs_no_pong_no_closed_candle_and_bounded_memory() -> None:
    """Redis is paused for all its clients: sends hang, and then go on. The reader goes on reading and ponging, closed
    candles wait, of trades the newest ones; what had no room is counted and told.
    """
    allowed = AllowedLimits(ping_interval=0.5, pong_timeout=PONG_TIMEOUT)
    with own_redis() as server:
        url = server.url
        layer = RedisPubSubChannelLayer(hosts=[url], prefix="stalled")
        last_values = RedisLastValues(url, prefix="stalled", maximum_age=5.0, clock=SystemClock())
        staff = redis.Redis.from_url(url)
        async with simulating(speed=15.0, limits=allowed) as exchange, tapping(exchange.port) as tap:
            made = Made(exchange, "BTCUSDT")
            publishing = PublishingLimits(waiting_trades=ROOM, retry=0.1, settle=0.1)
            settings = settings_for(exchange, stream_urls=(tap.stream_url,), publishing=publishing)
            async with bridging(settings, layer=layer, last_values=last_values) as bridged:
                trades, seconds = await bridged.read(TRADES, SECONDS)
                await until(lambda: trades.events and seconds.closed)
                await staff.client_pause(round(STALL_SECONDS * 1000))
                stalled_from = time.monotonic()
                await asyncio.sleep(STALL_SECONDS)  # the stall itself
                newest, closed = made.trade_ids[-1], made.closed["1s"][-1]
                await until(lambda: trades.trade_ids[-1] > newest and seconds.closed[-1].open_time > closed, seconds=40)
                ids, opens = trades.trade_ids, [candle.open_time for candle in seconds.closed]
                assert opens == made.closed_between("1s", opens[0], opens[-1])  # closed candles are kept, all of them
                assert len(set(ids)) == len(ids)
                missing = set(made.trades_between(ids[0], ids[-1])) - set(ids)
                assert missing  # more were made than may wait
                await bridged.until_status(lambda status: status.dropped == len(missing))  # each of them is counted
                assert any(not resync.complete for resync in trades.resyncs)  # and told
                check_pongs(tap, stalled_from)
        await last_values.close()
        await staff.aclose()
        await layer.flush()
