"""Section 1.2: how long a connection lives, and what ends it."""

import json
import time
from itertools import pairwise
from random import Random

import pytest

from streaming.clock import ManualClock
from streaming.market.upstream.connect_budget import ConnectBudget
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.market.upstream.renewal import Renewal, RenewalLimits
from streaming.market.upstream.shards import ShardLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.streams.connection_life import ConnectionLimits as AllowedLimits
from tests.exchange_rules.bridge.bridging import connection_limits, simulating
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import PING, PONG, Tap, most_in_a_second, tapping
from tests.market.upstream.following import following
from tests.waiting import until

TICKER = "btcusdt@ticker"
DAY = 24 * 3600.0
QUICK_RENEWAL = RenewalLimits(age=0.6, jitter=0.1, ready_within=10.0, drain=0.3, young=0.0)


@rule("1.2.1")
async def test_a_connection_is_renewed_before_the_exchange_would_end_it() -> None:
    """A connection lives 24 hours at most. Ours are at most 23 h 15 min old: none of them is ever ended at that age."""
    limits = RenewalLimits()
    assert (limits.age, limits.jitter) == (default_of("BRIDGE_RENEW_AFTER_SECONDS"), 900.0)
    clock = ManualClock()
    for seed in range(50):
        renewal = Renewal(limits, clock=clock, random=Random(seed))
        renewal.made(preferred=True)
        assert renewal.wait is not None
        assert renewal.wait + limits.ready_within < DAY
    async with simulating(limits=AllowedLimits(lifetime=4.0)) as exchange:
        quick = connection_limits(renewal=QUICK_RENEWAL)
        async with following(exchange.stream_url, limits=quick) as follower:
            await until(lambda: follower.upstream.counts.renewals >= 6)
            assert not follower.upstream.counts.endings
        assert follower.interrupted == []


@rule("1.2.1")
@pytest.mark.parametrize("fault", [Fault(kind=FaultKind.CLOSE, code=1001), Fault(kind=FaultKind.LIFETIME, delay=0.0)])
async def test_a_connection_that_an_upgrade_ends_early_is_made_anew(simulator: SimulatedExchange, fault: Fault) -> None:
    """Upgrades end connections before their time; that is an end like any other, and everything comes back."""
    async with following(simulator.stream_url, limits=connection_limits()) as follower:
        await follower.until_active(TICKER)
        await simulator.inject(fault)
        await until(lambda: follower.interrupted)
        simulator.end_fault(fault.kind)
        await follower.until_active(TICKER)
        await until(lambda: len(follower.restored) == len(follower.interrupted))


@rule("1.2.2")
@pytest.mark.parametrize("shape", ["combined", "raw", "api"])
async def test_server_shutdown_in_each_shape_is_followed_by_another_connection_made_first(
    simulator: SimulatedExchange, shape: str
) -> None:
    """`serverShutdown` comes in three shapes; all of them mean: connect anew at once. Nothing is lost by it."""
    limits = connection_limits(renewal=RenewalLimits(drain=0.3, young=0.0))
    async with following(simulator.stream_url, limits=limits) as follower:
        await follower.until_active(TICKER)
        before = simulator.connections
        announced = time.monotonic()
        if shape == "raw":
            event = {"e": "serverShutdown", "E": simulator.clock.now_ms()}
            before[0].deliver(json.dumps(event).encode())
            before[0].flush()
        else:
            fault = Fault(kind=FaultKind.SERVER_SHUTDOWN, delay=20.0, reason="api" if shape == "api" else "")
            await simulator.inject(fault)
        await until(lambda: follower.upstream.counts.renewals == 1)
        assert time.monotonic() - announced < 20.0
        await until(lambda: set(simulator.connections).isdisjoint(before))  # drained, then closed by us
        assert follower.upstream.active == (TICKER,)
    assert follower.interrupted == []
    assert not follower.upstream.counts.endings


@rule("1.2.3")
async def test_every_ping_is_answered_in_time_with_its_payload() -> None:
    """The server pings every 20 s and cuts whoever has not ponged within a minute. Only the ping's own payload counts:
    the simulator, hurried, ends a connection whose pong is wrong or late, and ours outlives many of its pings.
    """
    assert AllowedLimits().ping_interval == 20.0
    hurried = AllowedLimits(ping_interval=0.3, pong_timeout=2.0)
    async with simulating(limits=hurried) as exchange, tapping(exchange.port) as tap:
        async with following(tap.stream_url, limits=connection_limits()) as follower:
            await until(lambda: len(pongs(tap)) >= 11)
            assert len(tap.sockets) == 1
            assert not follower.upstream.counts.endings
        assert len(set(pongs(tap))) == len(pongs(tap))


@rule("1.2.4")
async def test_pongs_carry_the_time_of_their_ping_and_a_pong_timeout_is_survived() -> None:
    """A ping's payload is a time in ms. Who never pongs is closed with 1008 "Pong timeout": that can happen to a busy
    machine, and is then an end like any other.
    """
    async with simulating(limits=AllowedLimits(ping_interval=0.2)) as exchange, tapping(exchange.port) as tap:
        async with following(tap.stream_url, limits=connection_limits()) as follower:
            await follower.until_active(TICKER)
            await until(lambda: len(pongs(tap)) >= 2)
            now = exchange.clock.now_ms()
            assert all(abs(int(payload) - now) < 60_000 for payload in pongs(tap))
            await exchange.inject(Fault(kind=FaultKind.CLOSE, code=1008, reason="Pong timeout"))
            await until(lambda: follower.restored == [frozenset({TICKER})])
        assert "Pong timeout" in follower.interrupted[0][1]


@rule("1.2.5")
async def test_it_never_closes_merely_because_no_ping_came() -> None:
    """Pings were seen minutes apart. An exchange that never pings keeps its connection: our own pings, which it
    answers, show that it lives, for many times as long as a connection without any frame would be believed.
    """
    silent = SilenceLimits(canary="", frames=1.0)
    limits = connection_limits(silence=silent, ping_interval=0.25)
    async with simulating(limits=AllowedLimits(ping_interval=3600.0)) as exchange, tapping(exchange.port) as tap:
        quiet = "nosuchusdt@trade"  # acknowledged, and says nothing
        async with following(tap.stream_url, wanted=(quiet,), limits=limits) as follower:
            await until(lambda: sum(frame.opcode == PING for one in tap.sockets for frame in one.frames) >= 10)
            assert len(tap.sockets) == 1
            assert follower.received == []
            assert not follower.upstream.counts.endings


@rule("1.2.6")
async def test_it_stays_below_1024_streams_a_connection_and_300_attempts_in_5_minutes() -> None:
    """5 messages a second, 1024 streams a connection, 300 attempts in 5 minutes and address. Messages: see 1.2.7.
    Streams: from 900 on another connection takes them. Attempts: at most 100 in any 5 minutes, and one a second.
    """
    assert ShardLimits().streams == default_of("BRIDGE_STREAMS_PER_CONNECTION") == 900
    names = [f"c{number:04d}usdt@trade" for number in range(950)]
    async with simulating() as exchange:
        limits = connection_limits(send_interval=0.21)
        async with following(exchange.stream_url, wanted=tuple(names), limits=limits) as follower:
            await until(lambda: len(follower.upstream.active) == 950, seconds=60)
            assert sorted(len(one.stream_names) for one in exchange.connections) == [50, 900]
            assert not follower.upstream.counts.endings
    check_attempts(ReconnectLimits())


def check_attempts(limits: ReconnectLimits) -> None:
    """Attempt as often as the budget allows for an hour."""
    clock = ManualClock()
    budget = ConnectBudget(spacing=limits.spacing, attempts=limits.attempts, window=limits.window, clock=clock)
    made: list[float] = []
    while clock.monotonic() < 3600:
        if budget.wait == 0:
            budget.attempting()
            made.append(clock.monotonic())
        clock.advance(max(budget.wait, 0.001))
    assert all(later - earlier >= 0.99 for earlier, later in pairwise(made))
    assert max(sum(0 <= other - at < 300 for other in made) for at in made) <= 100


@rule("1.2.7")
async def test_no_second_holds_more_than_five_of_our_messages_pongs_included() -> None:
    """The window is any second, pongs count, and the sixth message is answered by 1008 "Too many requests". With 800
    streams to ask for and a server that pings all the time, ours never come to six; the simulator counts too.
    """
    limits = AllowedLimits(ping_interval=0.8)
    names = tuple(f"c{number:04d}usdt@trade" for number in range(800))
    async with simulating(limits=limits) as exchange, tapping(exchange.port) as tap:
        async with following(tap.stream_url, wanted=names, limits=connection_limits(ping_interval=1.5)) as follower:
            await until(lambda: len(follower.upstream.active) == 800, seconds=60)
        assert len(pongs(tap)) >= 2
        assert len(tap.sockets) == 1
        assert most_in_a_second(tap.sockets[0].frames) <= 5
        assert not follower.upstream.counts.endings


@rule("1.2.7")
async def test_too_many_requests_is_an_end_like_any_other(simulator: SimulatedExchange) -> None:
    """Where it is said all the same (the exchange counts what it likes), the connection is made anew, politely."""
    async with following(simulator.stream_url, limits=connection_limits()) as follower:
        await follower.until_active(TICKER)
        await simulator.inject(Fault(kind=FaultKind.CLOSE, code=1008, reason="Too many requests"))
        await until(lambda: follower.restored == [frozenset({TICKER})])
    assert "Too many requests" in follower.interrupted[0][1]


@rule("1.2.8")
async def test_frames_hold_at_most_100_names_and_4_kilobytes(simulator: SimulatedExchange, tap: Tap) -> None:
    """The exchange closes on frames of about 8000 characters; ours have at most 100 names and 4096 bytes."""
    limits = SubscriptionLimits()
    assert (limits.names_per_frame, limits.bytes_per_frame) == (100, 4096)
    short = [f"c{number:03d}@trade" for number in range(150)]
    long = [f"{'a' * 200}{number:03d}usdt@trade" for number in range(40)]
    async with following(tap.stream_url, wanted=(*short, *long), limits=connection_limits()) as follower:
        await until(lambda: len(follower.upstream.active) == 190)
    asked = [frame for frame in tap.sockets[0].frames if b"SUBSCRIBE" in frame.payload and b"params" in frame.payload]
    assert len(asked) >= 3
    assert all(len(frame.payload) <= 4096 and len(frame.request["params"]) <= 100 for frame in asked)


@rule("1.2.9")
async def test_no_compression_is_offered_so_none_comes(tap: Tap) -> None:
    """Frames are compressed for whoever offers it. Ours are many and small: it would cost time and gain little."""
    async with following(tap.stream_url, limits=connection_limits()) as follower:
        await follower.until_active(TICKER)
    assert "sec-websocket-extensions" not in tap.sockets[0].headers


def pongs(tap: Tap) -> list[bytes]:
    """Return the payloads of all pongs."""
    return [frame.payload for one in tap.sockets for frame in one.frames if frame.opcode == PONG]
