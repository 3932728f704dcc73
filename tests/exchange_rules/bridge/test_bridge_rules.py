"""Section 3, numbers 1 to 5: how the bridge connects, subscribes and renews. The others: test_bridge_data_rules.py."""

import json
import time
from random import Random

import pytest

from streaming.clock import ManualClock
from streaming.market.bridge.demand import BRIDGE_GROUP, DEMAND_MESSAGE, encode_topics
from streaming.market.upstream.connection_news import ConnectionState
from streaming.market.upstream.reconnecting import Reconnecting, ReconnectLimits
from streaming.market.upstream.renewal import RenewalLimits
from streaming.market.upstream.shards import ShardLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import (
    DEPTH,
    PRICE,
    SECONDS,
    TICKER,
    TRADE,
    TRADES,
    Made,
    bridging,
    connection_limits,
    settings_for,
    simulating,
)
from tests.exchange_rules.bridge.gateway import following_gateway
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import Tap, most_in_a_second
from tests.market.upstream.following import following
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


@rule("3.1")
async def test_1_one_combined_socket_routed_by_stream_that_nobody_who_comes_makes_anew(
    simulator: SimulatedExchange, tap: Tap
) -> None:
    """One socket to bare `/stream`, of three bases in order; who comes later is served by a message on it."""
    assert default_of("EXCHANGE_STREAM_URLS") == [
        "wss://data-stream.binance.vision",
        "wss://stream.binance.com:443",
        "wss://stream.binance.com:9443",
    ]
    async with bridging(settings_for(simulator, stream_urls=(tap.stream_url,))) as bridged:
        for topic in (PRICE, TRADES, DEPTH, SECONDS, Topic(MarketKind.OVERVIEW)):
            reading = await bridged.read_one(topic)
            await until(lambda reading=reading: reading.events)  # type: ignore[misc]
        assert [one.request_line for one in tap.sockets] == ["GET /stream HTTP/1.1"]


@rule("3.1")
async def test_1_more_streams_than_a_socket_may_carry_go_to_further_sockets(simulator: SimulatedExchange) -> None:
    """From 900 streams on (here, from three on) there are more sockets; each stream is on one of them."""
    assert ShardLimits().streams == 900
    names = tuple(f"{symbol}@{feed}" for symbol in ("btcusdt", "ethusdt") for feed in ("ticker", "trade", "kline_1s"))
    limits = connection_limits(shards=ShardLimits(streams=3))
    async with following(simulator.stream_url, wanted=names, limits=limits) as follower:
        await until(lambda: {received.stream for received in follower.received} == set(names))
        assert sorted(len(one.stream_names) for one in simulator.connections) == [3, 3]
        assert follower.upstream.active == tuple(sorted(names))


@rule("3.2")
async def test_2_what_a_dead_process_wanted_ends_with_its_lease_and_the_linger(
    simulator: SimulatedExchange, tap: Tap
) -> None:
    """Wants are leases of 20 s, renewed every 5 s, so that a process that dies leaks none; UNSUBSCRIBE follows a
    linger of 30 s.
    """
    assert (default_of("DEMAND_LEASE_SECONDS"), default_of("DEMAND_INTERVAL_SECONDS")) == (20.0, 5.0)
    assert default_of("BRIDGE_LINGER_SECONDS") == SubscriptionLimits().linger == 30.0
    quick = connection_limits(subscriptions=SubscriptionLimits(linger=0.5))
    settings = settings_for(simulator, stream_urls=(tap.stream_url,), connection=quick, demand_lease=1.5)
    async with bridging(settings) as bridged:
        await bridged.read_one(PRICE)
        demand = {"type": DEMAND_MESSAGE, "holder": "dies soon", "topics": encode_topics([TRADES])}
        await bridged.hub.send(BRIDGE_GROUP, demand)
        await until(lambda: simulator.subscribed_streams() == {TICKER, TRADE})
        asked_at = time.monotonic()
        await until(lambda: simulator.subscribed_streams() == {TICKER})
        assert time.monotonic() - asked_at > 1.0
    assert tap.names("UNSUBSCRIBE") == [TRADE]


@rule("3.2")
async def test_2_the_exchanges_list_is_compared_after_each_connect_and_from_time_to_time(
    simulator: SimulatedExchange, tap: Tap
) -> None:
    """LIST_SUBSCRIPTIONS every 5 minutes and after each reconnect; differences are put right, and counted."""
    assert default_of("BRIDGE_LIST_INTERVAL_SECONDS") == SubscriptionLimits().inventory_interval == 300.0
    limits = connection_limits(subscriptions=SubscriptionLimits(inventory_interval=0.5))
    async with following(tap.stream_url, wanted=(TICKER, TRADE), limits=limits) as follower:
        await until(lambda: len(tap.requests("LIST_SUBSCRIPTIONS")) >= 2)
        await simulator.inject(Fault(kind=FaultKind.FORGET, streams=(TRADE,)))
        simulator.connections[0].subscribe(["nosuchusdt@trade"])
        await until(lambda: follower.restored == [frozenset({TRADE})])
        await until(lambda: simulator.subscribed_streams() == {TICKER, TRADE})
        assert follower.upstream.counts.differences == 2
        await simulator.cut()
        await until(lambda: len(tap.sockets) == 2)
        await until(lambda: "LIST_SUBSCRIPTIONS" in [request["method"] for request in tap.sockets[1].requests])


@rule("3.3")
async def test_3_sends_are_spaced_and_small_and_never_come_in_bursts(simulator: SimulatedExchange, tap: Tap) -> None:
    """At least 350 ms between frames, without a bucket that fills up: after a pause two still don't leave at once."""
    assert connection_limits().send_interval == default_of("BRIDGE_SEND_INTERVAL_SECONDS") == 0.35
    limits = connection_limits(subscriptions=SubscriptionLimits(names_per_frame=1))
    async with following(tap.stream_url, wanted=(TICKER,), limits=limits) as follower:
        await follower.until_active(TICKER)
        await until(lambda: len(follower.received) >= 2)  # a pause in which tokens could gather
        names = [f"c{number}usdt@trade" for number in range(6)]
        follower.want(TICKER, *names)
        await follower.until_active(TICKER, *names)
    assert most_in_a_second(tap.sockets[0].frames) <= 4
    assert all(len(request["params"]) == 1 for request in tap.requests("SUBSCRIBE"))


@rule("3.3")
async def test_3_an_answer_that_does_not_come_is_asked_for_thrice_and_then_elsewhere(
    simulator: SimulatedExchange, tap: Tap
) -> None:
    """10 s for an answer, two repetitions, then another connection."""
    numbers = SubscriptionLimits()
    assert (numbers.answer_timeout, numbers.attempts) == (10.0, 3)
    limits = connection_limits(subscriptions=SubscriptionLimits(answer_timeout=0.5))
    await simulator.inject(Fault(kind=FaultKind.UNANSWERED))
    async with following(tap.stream_url, limits=limits) as follower:
        await until(lambda: follower.upstream.counts.connections == 2)
        first = [request["method"] for request in tap.sockets[0].requests]
        assert first == ["SUBSCRIBE"] * 3
        simulator.end_fault(FaultKind.UNANSWERED)
        await follower.until_active(TICKER)
        assert follower.upstream.counts.endings["unanswered"] >= 1  # type: ignore[index]


@rule("3.3", "B.4")
async def test_3_only_symbols_and_intervals_that_exist_are_ever_asked_for() -> None:
    """A symbol must be known and trade, an interval must exist, before anything is subscribed; the client is told."""
    refused = {
        "price:NOSUCHUSDT": ("Failed to fetch quote for NOSUCHUSDT", "unknown_symbol"),
        "price:btcusdt": ("Failed to fetch quote for btcusdt", "unknown_symbol"),
        "trades:LUNAUSDT": ("Failed to fetch quote for LUNAUSDT", "unknown_symbol"),
        "klines:BTCUSDT:7m": ("Unknown channel: klines:BTCUSDT:7m", "unknown_channel"),
        "klines:BTCUSDT:1S": ("Unknown channel: klines:BTCUSDT:1S", "unknown_channel"),
    }
    async with simulating() as exchange, following_gateway(exchange) as gateway:
        async with gateway.client() as client:
            for channel, error in refused.items():
                await client.subscribe(channel)
                assert await client.error() == error
            await client.subscribe("price:BTCUSDT")
            await client.next_of("price")
        asked = [json.loads(message) for message in exchange.messages]
    names = [name for request in asked if request["method"] == "SUBSCRIBE" for name in request["params"]]
    assert names == [TICKER]


@rule("3.4")
def test_4_waits_are_random_up_to_a_ceiling_that_doubles_to_30_s_and_starts_over_after_60_s_with_data() -> None:
    """Full jitter over min(30 s, 0.5 s x 2^n), n back to zero only after 60 s with data; it never gives up."""
    limits, clock = ReconnectLimits(), ManualClock()
    assert (limits.base, limits.maximum, limits.stable_after) == (0.5, 30.0, 60.0)
    for seed in range(20):
        reconnecting = Reconnecting(("a",), limits=limits, clock=clock, random=Random(seed))
        for failure in range(200):
            reconnecting.attempting()
            reconnecting.lost()
            assert reconnecting.wait <= min(30.0, 0.5 * 2**failure)
            clock.advance(reconnecting.wait)
        reconnecting.attempting()
        reconnecting.connected()
        reconnecting.data_received()
        clock.advance(60.0)
        reconnecting.data_received()
        reconnecting.lost()
        assert reconnecting.wait <= 0.5


@rule("3.4")
@pytest.mark.parametrize("status", [429, 418])
async def test_4_who_is_told_to_wait_waits(simulator: SimulatedExchange, tap: Tap, status: int) -> None:
    """429 and 418: wait as told, else a minute; a clean close is an end like any other (1.2.1)."""
    assert default_of("EXCHANGE_RATE_LIMIT_WAIT_SECONDS") == ReconnectLimits().rate_limit_wait == 60.0
    await simulator.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=status, retry_after=2))
    async with following(tap.stream_url, limits=connection_limits()) as follower:
        await until(lambda: follower.upstream.counts.endings == {"refused": 1})
        simulator.end_fault(FaultKind.REFUSE_STREAMS)
        await follower.until_active(TICKER)
        assert tap.sockets[1].began - tap.sockets[0].began >= 1.9


@rule("3.4")
@pytest.mark.parametrize("status", [403, 451])
async def test_4_a_base_that_bars_us_is_left_at_once_and_returned_to_when_it_lets_us_in(status: int) -> None:
    """403 and 451: the next base at once. While on another, the first is tried every 5 minutes (here, every second),
    and taken again without a gap as soon as it works.
    """
    assert RenewalLimits().preferred_retry == default_of("BRIDGE_PREFERRED_RETRY_SECONDS") == 300.0
    limits = connection_limits(renewal=RenewalLimits(preferred_retry=1.0, drain=0.2))
    async with simulating() as first, simulating() as second:
        await first.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=status))
        async with following(first.stream_url, second.stream_url, limits=limits) as follower:
            await until(lambda: follower.upstream.state is ConnectionState.FALLBACK)
            assert follower.upstream.address == second.stream_url
            assert follower.upstream.counts.endings == {"refused": 1}
            await until(lambda: follower.upstream.counts.failed_renewals)  # tried, and barred still
            first.end_fault(FaultKind.REFUSE_STREAMS)
            await until(lambda: follower.upstream.address == first.stream_url)
            assert follower.upstream.state is ConnectionState.LIVE
            assert follower.interrupted == []


@rule("3.5")
async def test_5_a_renewal_makes_the_new_connection_first_and_tells_nothing_twice(simulator: SimulatedExchange) -> None:
    """At 23 h +- 15 min, and on `serverShutdown`: connect, subscribe all, wait for acknowledgements and a first frame
    for at most 30 s, switch, drain the old for 2 s. What both say in between is told once.
    """
    numbers = RenewalLimits()
    assert (numbers.age, numbers.jitter, numbers.ready_within, numbers.drain) == (82_800.0, 900.0, 30.0, 2.0)
    settings = settings_for(simulator, connection=connection_limits(renewal=RenewalLimits(drain=1.5, young=0.0)))
    made = Made(simulator, "BTCUSDT")
    async with bridging(settings) as bridged:
        trades, seconds, depth = await bridged.read(TRADES, SECONDS, DEPTH)
        await until(lambda: trades.events and seconds.closed and depth.events)
        old = simulator.connections
        await simulator.inject(Fault(kind=FaultKind.SERVER_SHUTDOWN, delay=30.0))
        await until(lambda: len(simulator.connections) == 2)
        await until(lambda: set(simulator.connections).isdisjoint(old))
        newest = made.trade_ids[-1]
        await until(lambda: trades.trade_ids[-1] > newest)
        await bridged.until_status(lambda status: status.doubles > 0)
        ids, opens = trades.trade_ids, [candle.open_time for candle in seconds.closed]
        assert ids == made.trades_between(ids[0], ids[-1])
        assert opens == made.closed_between("1s", opens[0], opens[-1])
        assert not trades.resyncs
        assert bridged.story.count("connected") <= 1


@rule("3.5")
async def test_5_a_renewal_that_fails_leaves_the_old_connection_alone(simulator: SimulatedExchange) -> None:
    """Where the new connection doesn't come about, the old one goes on for as long as it lives."""
    limits = connection_limits(renewal=RenewalLimits(age=0.5, jitter=0.0, ready_within=2.0, drain=0.2))
    async with following(simulator.stream_url, limits=limits) as follower:
        await follower.until_active(TICKER)
        await simulator.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=503))
        await until(lambda: follower.upstream.counts.failed_renewals >= 3)
        heard = len(follower.received)
        await until(lambda: len(follower.received) > heard)
        assert follower.interrupted == []
        simulator.end_fault(FaultKind.REFUSE_STREAMS)
        await until(lambda: follower.upstream.counts.renewals >= 1)
        assert follower.interrupted == []
