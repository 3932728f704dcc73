"""The acceptance table, line by line (the stalls of Redis, the samples and the lease have modules of their own)."""

import asyncio
import os
import time
from contextlib import AsyncExitStack
from itertools import pairwise

import msgspec
import pytest
from pytest_django import Settings

from streaming.events import Interval
from streaming.market.sources.messages import Received
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.renewal import RenewalLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.streams.connection_life import ConnectionLimits as AllowedLimits
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import Made, bridging, connection_limits, settings_for, simulating
from tests.exchange_rules.bridge.gateway import Followed, following_gateway
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import Tap, most_in_a_second, tapping
from tests.manual_clock import ManualClock
from tests.market.upstream.following import following
from tests.waiting import until
from tests.wire.client import Client, Frame

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]

TICKER = "btcusdt@ticker"
TRADES = Topic(MarketKind.TRADE, "BTCUSDT")
SECONDS = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1)
MINUTES = Topic(MarketKind.CANDLE, "BTCUSDT", Interval.MINUTE_1)
RENEWALS = int(os.environ.get("EXCHANGE_RULES_RENEWALS", "12"))
"""How many planned renewals follow each other in the test of that; more on request."""
LINGER = 2.0


async def priced(stack: AsyncExitStack, gateway: Followed) -> Client:
    """Connect a client that has the price of BTCUSDT."""
    client = await stack.enter_async_context(gateway.client())
    await client.subscribe("price:BTCUSDT")
    await client.next_of("price")
    return client


@rule("A.1")
@pytest.mark.timeout(180)
async def test_300_clients_on_one_stream_are_one_subscription_which_a_reload_does_not_touch(
    settings: Settings, simulator: SimulatedExchange, tap: Tap
) -> None:
    """300 clients: 1 upstream subscription. A reload within the linger makes no upstream traffic; after the last
    client has left, UNSUBSCRIBE follows 30 s later (by default; here, 2 s).
    """
    assert default_of("BRIDGE_LINGER_SECONDS") == 30.0
    settings.HUB_LINGER_SECONDS = 0.0
    limits = connection_limits(subscriptions=SubscriptionLimits(linger=LINGER))
    follows = settings_for(simulator, stream_urls=(tap.stream_url,), connection=limits)
    async with following_gateway(simulator, follows) as gateway:
        async with AsyncExitStack() as clients:
            for _ in range(12):
                await asyncio.gather(*(priced(clients, gateway) for _ in range(25)))
            assert [request["params"] for request in tap.requests("SUBSCRIBE")] == [[TICKER]]
        async with AsyncExitStack() as reloaded:  # all have left, and one comes back
            await priced(reloaded, gateway)
            assert [request["method"] for request in tap.sockets[0].requests].count("UNSUBSCRIBE") == 0
            assert len(tap.requests("SUBSCRIBE")) == 1
        left_at = time.monotonic()
        await until(lambda: tap.names("UNSUBSCRIBE") == [TICKER])
        assert tap.sockets[0].frames[-1].at - left_at >= LINGER - 0.2
        assert len(tap.sockets) == 1


@rule("1.2.7", "A.2")
async def test_500_streams_at_the_start_are_all_live_in_ten_seconds_at_five_messages_a_second() -> None:
    """500 streams at the start, with a server that pings often: at most 5 messages in any second, pongs too; all 500
    acknowledged within 10 s, and those that speak regularly heard.
    """
    lively = INSTRUMENTS[0]
    symbols = [f"C{number:02d}USDT" for number in range(25)]
    instruments = tuple(msgspec.structs.replace(lively, symbol=name, base=name[:3]) for name in symbols)
    feeds = ("ticker", "trade", "miniTicker", "bookTicker", *(f"kline_{interval.value}" for interval in Interval))
    names = tuple(f"{symbol.lower()}@{feed}" for symbol in symbols for feed in feeds)
    assert len(names) == 500
    allowed = AllowedLimits(ping_interval=0.8)
    heard: set[str] = set()

    def take(received: Received) -> None:
        heard.add(received.stream)

    many = simulating(instruments=instruments, limits=allowed, warm_up=1.0)
    async with many as exchange, tapping(exchange.port) as tap:
        async with following(tap.stream_url, wanted=names, limits=ConnectionLimits(), handle=take) as follower:
            await until(lambda: heard >= set(names) and len(follower.upstream.active) == len(names), seconds=60)
            assert time.monotonic() - tap.sockets[0].began < 10.0
        assert len(tap.sockets) == 1
        assert most_in_a_second(tap.sockets[0].frames) <= 5


@rule("A.3")
async def test_after_a_reset_clients_have_fresh_data_in_five_seconds_and_every_closed_candle() -> None:
    """TCP reset, with the default pace of reconnecting: a fresh frame at the client in less than 5 s; then every
    closed candle of the gap is there, each once, behind which `resync` says so.
    """
    async with simulating() as exchange:
        made = Made(exchange, "BTCUSDT")
        follows = settings_for(exchange, connection=ConnectionLimits())
        async with following_gateway(exchange, follows) as gateway, gateway.client() as client:
            await client.subscribe("price:BTCUSDT", "klines:BTCUSDT:1s")
            await client.next_of("price")
            await client.next(is_closed_candle)
            newest = exchange.clock.now_ms()
            await exchange.cut()
            cut_at = time.monotonic()
            await client.next(lambda frame: frame["type"] == "price" and frame["data"]["timestamp"] > newest)
            assert time.monotonic() - cut_at < 5.0
            await client.next_of("resync", "klines:BTCUSDT:1s")
            await client.next(is_closed_candle)
            opens = [frame["data"]["time"] for frame in client.frames if is_closed_candle(frame)]
            assert opens == made.closed_between("1s", opens[0], opens[-1])


def is_closed_candle(frame: Frame) -> bool:
    """Return whether a frame tells a closed candle."""
    return frame["type"] == "kline" and bool(frame["data"]["isFinal"])


@rule("A.3")
async def test_after_a_reset_every_closed_minute_of_the_gap_is_there() -> None:
    """The same for minutes: an exchange whose clock the test moves on by seven minutes, for three of which nobody is
    connected. By a clock that leaps no pong is in time, so that it has to wait longer for one: who is cut off behind
    the last leap can't know that it was made.
    """
    clock = ManualClock()
    async with simulating(clock=clock, tick_interval=None, limits=AllowedLimits(pong_timeout=3600.0)) as exchange:
        made = Made(exchange, "BTCUSDT")

        async def pass_minutes(minutes: int) -> None:
            for _ in range(12 * minutes):
                clock.advance(5.0)
                await exchange.tick()

        async with bridging(settings_for(exchange)) as bridged:
            minutes = await bridged.read_one(MINUTES)
            await until(exchange.subscribed_streams)
            await pass_minutes(2)
            await until(lambda: len(minutes.closed) >= 2)
            await exchange.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=503))
            await exchange.cut()
            await pass_minutes(3)
            exchange.end_fault(FaultKind.REFUSE_STREAMS)
            await until(exchange.subscribed_streams)
            await pass_minutes(2)
            await until(lambda: minutes.resyncs and minutes.closed[-1].open_time == made.closed["1m"][-1])
            opens = [candle.open_time for candle in minutes.closed]
            assert opens == made.closed_between("1m", opens[0], opens[-1])
            assert all(later - earlier == 60_000 for earlier, later in pairwise(opens))
            assert len(opens) >= 7
            assert minutes.resyncs[0].complete


@rule("3.5", "A.4")
@pytest.mark.timeout(120 + 5 * RENEWALS)
async def test_renewals_in_a_row_lose_no_trade_and_double_none() -> None:
    """Planned renewals one after the other, while hundreds of trades a second come: across all of them each trade and
    each closed candle is told once, in order, and nobody is told of a gap, as there is none.

    EXCHANGE_RULES_RENEWALS says how many; 12 by default.
    """
    renewing = RenewalLimits(age=0.15, jitter=0.05, ready_within=30.0, drain=0.1, young=0.0)
    allowed = AllowedLimits(lifetime=3600.0)
    async with simulating(speed=15.0, limits=allowed) as exchange, tapping(exchange.port) as tap:
        made = Made(exchange, "BTCUSDT")
        limits = connection_limits(renewal=renewing)
        follows = settings_for(exchange, stream_urls=(tap.stream_url,), connection=limits)
        async with bridging(follows) as bridged:
            trades, seconds, depth = await bridged.read(TRADES, SECONDS, Topic(MarketKind.DEPTH, "BTCUSDT"))
            await until(lambda: len(tap.sockets) > RENEWALS, seconds=5.0 * RENEWALS + 60)
            newest = made.trade_ids[-1]
            await until(lambda: trades.trade_ids[-1] > newest)
            ids, opens = trades.trade_ids, [candle.open_time for candle in seconds.closed]
            assert len(ids) > 20 * RENEWALS
            assert ids == made.trades_between(ids[0], ids[-1])
            assert opens == made.closed_between("1s", opens[0], opens[-1])
            assert not [reading for reading in (trades, seconds, depth) if reading.resyncs]
            assert "disconnected" not in bridged.story
            status = await bridged.until_status(lambda status: status.doubles > 0)
            assert (status.reconnects, status.dropped) == ({}, 0)
