"""Section 3, numbers 6 to 10: what the bridge does about silence, gaps, load and odd data, and what it says."""

import asyncio
import json
from typing import Any

import msgspec
import pytest
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from streaming import events
from streaming.clock import ManualClock
from streaming.events import Candle, Envelope, MarketEvent, Price, Trades
from streaming.fan_out.hub import EVENT_MESSAGE
from streaming.installed import topic_registry
from streaming.market.bridge.status import BridgeState
from streaming.market.gaps.fill_queue import FillQueue
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.publisher import PublishingLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.streams.connection_life import ConnectionLimits as AllowedLimits
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import (
    DEPTH,
    PRICE,
    QUICK_GAPS,
    SECONDS,
    TICKER,
    TRADE,
    TRADES,
    Made,
    bridging,
    connection_limits,
    interrupt,
    settings_for,
    simulating,
)
from tests.exchange_rules.bridge.gateway import following_gateway
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import Tap, tapping
from tests.market.upstream.following import following
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


@rule("3.6")
async def test_6_the_canary_is_always_subscribed_and_never_counted(simulator: SimulatedExchange, tap: Tap) -> None:
    """One liquid stream, `btcusdt@ticker`, is always there, so that silence means something; nobody is told of it."""
    assert SilenceLimits().canary == default_of("BRIDGE_CANARY_STREAM") == TICKER
    limits = connection_limits(silence=SilenceLimits(), subscriptions=SubscriptionLimits(linger=0.1))
    settings = settings_for(simulator, stream_urls=(tap.stream_url,), connection=limits)
    async with bridging(settings) as bridged:
        await until(lambda: simulator.subscribed_streams() == {TICKER})
        status = await bridged.until_status(lambda status: status.frames_per_second >= 0 and status.symbols_known)
        assert status.active_streams == ()
        prices = await bridged.read_one(PRICE)
        await until(lambda: prices.events)
        await bridged.until_status(lambda status: status.active_streams == (TICKER,))
        bridged.hub.release(PRICE.key)
        await bridged.until_status(lambda status: status.active_streams == ())
        assert simulator.subscribed_streams() == {TICKER}
    assert tap.requests("UNSUBSCRIBE") == []


@rule("3.6")
async def test_6_level_a_a_socket_that_is_silent_is_left_and_the_state_says_stale_before(
    simulator: SimulatedExchange,
) -> None:
    """Without any frame for 75 s, or without data for 15 s while a stream of each second is subscribed, a connection
    is made anew. The numbers are shortened here, and asserted; with the default ones see A.5.
    """
    numbers = SilenceLimits()
    assert (numbers.frames, numbers.data, numbers.stream) == (75.0, 15.0, 15.0)
    silence = SilenceLimits(data=3.0, stale=1.5, stream=60.0)
    settings = settings_for(simulator, connection=connection_limits(silence=silence))
    async with bridging(settings) as bridged:
        trades = await bridged.read_one(TRADES)
        await until(lambda: trades.events)
        await until(lambda: bridged.has_heard(TICKER))
        await simulator.inject(Fault(kind=FaultKind.STALL))
        await bridged.until_status(lambda status: status.state is BridgeState.STALE)
        await until(lambda: "disconnected" in bridged.story)
        simulator.end_fault(FaultKind.STALL)
        await until(lambda: trades.resyncs)
        assert any("no data for 3 s" in str(news.reason) for news in bridged.news)


@rule("3.6")
async def test_6_level_b_a_quiet_symbol_only_raises_a_flag(simulator: SimulatedExchange) -> None:
    """A stream of a liquid symbol that is silent alone is subscribed again, once, then left with its connection (see
    1.3.4). One of a quiet symbol only raises a flag.
    """
    silence = SilenceLimits(canary="", liquid=("BTCUSDT",), stream=1.2, data=60.0, stale=60.0)
    quiet = "nosuchusdt@ticker"
    limits = connection_limits(silence=silence)
    async with following(simulator.stream_url, wanted=(TICKER, quiet), limits=limits) as follower:
        await until(lambda: follower.upstream.is_silent(quiet))
        heard = len(follower.received)
        await until(lambda: len(follower.received) >= heard + 2)
        assert follower.upstream.counts.resubscribed == 0
        assert follower.upstream.counts.connections == 1


@rule("3.6")
async def test_6_level_c_clients_are_told_that_a_value_is_stale() -> None:
    """After 10 s without a fresh message (here, one and a half) the last value comes once more, marked as stale."""
    assert default_of("PUBLISH_STALE_SECONDS") == 10.0
    async with simulating() as exchange:
        settings = settings_for(exchange, stale_after=2.5, stale_look=0.1)
        async with following_gateway(exchange, settings) as gateway, gateway.client() as client:
            await client.subscribe("price:BTCUSDT")
            fresh = await client.next_of("price")
            assert "stale" not in fresh["data"]
            await exchange.inject(Fault(kind=FaultKind.STALL))
            stale = await client.next(lambda frame: frame["type"] == "price" and frame["data"].get("stale"))
            told = [frame["data"]["price"] for frame in client.frames if frame["type"] == "price"]
            assert stale["data"]["price"] == told[-2]
            exchange.end_fault(FaultKind.STALL)
            again = await client.next_of("price")
            assert "stale" not in again["data"]


@rule("3.6")
async def test_6_level_c_so_is_whoever_came_back_to_a_value_that_is_still_held(simulator: SimulatedExchange) -> None:
    """Who reads a channel again soon after everybody left is given the last value, of which nothing new may come."""
    limits = connection_limits(subscriptions=SubscriptionLimits(linger=0.1))
    async with bridging(settings_for(simulator, connection=limits, stale_after=6.0, stale_look=0.1)) as bridged:
        before = await bridged.read_one(PRICE)
        await until(lambda: before.events)
        await simulator.inject(Fault(kind=FaultKind.STALL))
        bridged.hub.release(PRICE.key)
        await bridged.until_status(lambda status: status.active_streams == ())
        again = await bridged.read_one(PRICE)
        await until(lambda: again.events)
        [last], [told] = before.events[-1:], again.events
        assert told == msgspec.structs.replace(last, stale=True)


@rule("3.7")
async def test_7_gaps_are_filled_and_told_on_each_channel_and_on_system_exchange(simulator: SimulatedExchange) -> None:
    """After a reconnect: closed candles from the last one on, trades as far as the exchange keeps them, without
    doubles. Depth and ticker need nothing. Each channel is told by `resync`, and `system.exchange` of all together.
    """
    made = Made(simulator, "BTCUSDT")
    async with bridging(settings_for(simulator)) as bridged:
        trades, seconds, depth, prices = readings = await bridged.read(TRADES, SECONDS, DEPTH, PRICE)
        await until(lambda: all(reading.events for reading in readings) and seconds.closed)
        await interrupt(simulator, made, seconds=2)
        await until(lambda: all(reading.resyncs for reading in readings))
        await until(lambda: "resync" in bridged.story)
        assert [len(reading.resyncs) for reading in readings] == [1, 1, 1, 1]
        assert all(reading.resyncs[0].complete for reading in readings)
        ids, opens = trades.trade_ids, [candle.open_time for candle in seconds.closed]
        assert ids == made.trades_between(ids[0], ids[-1])
        assert opens == made.closed_between("1s", opens[0], opens[-1])
        (news,) = [news for news in bridged.news if news.event.value == "resync"]
        assert news.complete is True
        assert depth.events
        assert prices.events
    paths = [path.partition("?")[0] for path in simulator.requests]
    assert (paths.count("/api/v3/trades"), "/api/v3/depth" in paths) == (1, False)


@rule("3.7")
async def test_7_a_gap_longer_than_the_exchange_remembers_is_told_as_one_that_remains() -> None:
    """Of trades the newest thousand can be fetched: of a longer gap they come, and `resync` says `complete: false`."""
    async with simulating(speed=100.0) as exchange, bridging(settings_for(exchange)) as bridged:
        made = Made(exchange, "BTCUSDT")
        trades = await bridged.read_one(TRADES)
        await until(lambda: trades.events)
        before = trades.trade_ids[-1]
        await exchange.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=503))
        await exchange.cut()
        await until(lambda: made.trade_ids[-1] > before + 3000)
        exchange.end_fault(FaultKind.REFUSE_STREAMS)
        await until(lambda: trades.resyncs)
        assert [resync.complete for resync in trades.resyncs] == [False]

        def missing() -> set[int]:
            ids = trades.trade_ids
            return set(made.trades_between(before + 1, ids[-1])) - set(ids)

        await until(lambda: missing() and trades.trade_ids[-1] - max(missing()) >= 1000)
        hole = missing()
        assert max(hole) - min(hole) + 1 == len(hole)  # one hole; behind it nothing is missing
        assert len(set(trades.trade_ids)) == len(trades.trade_ids)
        assert any(isinstance(one, Trades) and one.repaired for one in trades.events)


@rule("3.7")
async def test_7_filling_stays_within_the_budget_and_the_rest_waits(
    simulator: SimulatedExchange, settings: Settings
) -> None:
    """A fifth of the limit, 1200 a minute, is ours; what doesn't fit waits, the newest and most read gaps go first."""
    assert default_of("EXCHANGE_REST_WEIGHT_PER_MINUTE") == 1200
    settings.EXCHANGE_REST_WEIGHT_PER_MINUTE = 70
    settings.EXCHANGE_REST_WEIGHT_RESERVED = 20
    topics = [Topic(MarketKind.TRADE, symbol) for symbol in simulator.market.symbols]
    async with bridging(settings_for(simulator)) as bridged:
        await bridged.until_live()
        readings = await bridged.read(*topics)
        await until(lambda: all(reading.events for reading in readings))
        await interrupt(simulator, Made(simulator, "BTCUSDT"), seconds=3)
        await until(lambda: sum(bool(reading.resyncs) for reading in readings) >= 1)
        await bridged.until_status(lambda status: status.gaps_waiting >= 1)
        assert bridged.status is not None
        assert bridged.status.used_weight <= 70
    trades = [path for path in simulator.requests if path.startswith("/api/v3/trades")]
    assert 1 <= len(trades) <= 2  # 25 each, of the 50 that are not reserved; exchangeInfo took 20
    queue = FillQueue(ManualClock())
    for topic, since, readers in ((TRADES, 1, 9), (SECONDS, 2, 1), (Topic(MarketKind.TRADE, "ETHUSDT"), 2, 5)):
        queue.add(topic, since=since, readers=readers)
    assert [queue.take(), queue.take(), queue.take()] == [Topic(MarketKind.TRADE, "ETHUSDT"), SECONDS, TRADES]


@rule("3.8")
async def test_8_publishing_is_paced_numbered_and_conflates_only_what_may_be() -> None:
    """At most 10 publishes a second and group for depth and trades, 4 for prices; states are latest-wins, trades are
    gathered and none lost, closed candles go at once; each group's events are numbered without a hole.
    """
    numbers = PublishingLimits()
    assert (numbers.depth, numbers.trades, numbers.price, numbers.waiting_trades) == (0.1, 0.1, 0.25, 1000)
    async with simulating(speed=20.0) as exchange, bridging(settings_for(exchange)) as bridged:
        made = Made(exchange, "BTCUSDT")
        sequences: dict[str, list[int]] = {}

        def note(message: Any) -> None:
            envelope: Envelope = topic_registry().decoder.decode(message["body"])
            sequences.setdefault(message["topic"], []).append(envelope.sequence)

        for topic in (TRADES, DEPTH, PRICE, SECONDS):
            await bridged.hub.listen(topic.group, EVENT_MESSAGE, note)
        trades, depth, prices, seconds = await bridged.read(TRADES, DEPTH, PRICE, SECONDS)
        await until(lambda: len(seconds.closed) >= 4)
        for reading, most in ((trades, 10), (depth, 10), (prices, 4)):
            span = reading.times[-1] - reading.times[0]
            assert len(reading.times) <= most * (span + 1) + 1
        ids = trades.trade_ids
        assert len(ids) > len(trades.events)  # they travel together
        assert ids == made.trades_between(ids[0], ids[-1])
        assert all(numbers == list(range(numbers[0], numbers[0] + len(numbers))) for numbers in sequences.values())
        assert sequences.keys() >= {topic.key for topic in (TRADES, DEPTH, PRICE, SECONDS)}


@rule("3.9")
async def test_9_frames_that_cannot_be_read_or_are_not_known_are_counted_and_harmless(
    simulator: SimulatedExchange,
) -> None:
    """Whatever comes between the events, the events are read, every digit of them; nothing ends for it."""
    await simulator.inject(Fault(kind=FaultKind.MALFORMED))
    async with following(simulator.stream_url, wanted=(TICKER, TRADE), limits=connection_limits()) as follower:
        counts = follower.upstream.counts
        await until(lambda: counts.unreadable >= 5 and counts.unknown >= 2)
        await until(lambda: {received.stream for received in follower.received} >= {TICKER, TRADE})
        assert not counts.endings


@rule("3.9")
async def test_9_a_closed_candle_that_does_not_come_is_fetched_and_marked_repaired(
    simulator: SimulatedExchange,
) -> None:
    """Final only when `x` is true; if that doesn't come within 5 s (here, one) of the end, REST has the candle."""
    assert GapLimits().candle_late == default_of("GAP_CANDLE_LATE_SECONDS") == 5.0
    made = Made(simulator, "BTCUSDT")
    gaps = msgspec.structs.replace(QUICK_GAPS, candle_late=1.2, candle_settle=0.3)
    async with bridging(settings_for(simulator, gaps=gaps)) as bridged:
        seconds = await bridged.read_one(SECONDS)
        await until(lambda: len(seconds.closed) >= 2)
        assert not any(candle.repaired for candle in seconds.closed)
        await simulator.inject(Fault(kind=FaultKind.MISSING_CANDLES))
        await until(lambda: sum(candle.repaired for candle in seconds.closed) >= 2)
        simulator.end_fault(FaultKind.MISSING_CANDLES)
        last = seconds.closed[-1].open_time
        await until(lambda: any(not one.repaired and one.open_time > last for one in seconds.closed))
        opens = [candle.open_time for candle in seconds.closed]
        assert opens == made.closed_between("1s", opens[0], opens[-1])
        store = simulator.market.symbols["BTCUSDT"].candles
        for candle in seconds.closed:
            assert candle.trades == store.row("1s", candle.open_time).trades
        assert all(isinstance(event, Candle) for event in seconds.events if isinstance(event, MarketEvent))


@rule("3.10")
async def test_10_it_says_its_state_and_source_and_what_it_counts(simulator: SimulatedExchange) -> None:
    """State, source, since and lag to all processes; lag at p50 and p99, frames a second, reconnects by cause,
    unanswered requests, drops, gaps and used weight; each data message has its source.
    """
    async with bridging(settings_for(simulator)) as bridged:
        prices = await bridged.read_one(PRICE)
        await until(lambda: prices.events)
        status = await bridged.until_status(
            lambda status: status.state is BridgeState.LIVE and status.lag_p99_ms is not None and status.used_weight
        )
        assert status.source is events.Source.SIMULATOR
        assert status.simulated
        assert status.lag_p50_ms is not None
        assert status.frames_per_second > 0
        assert (status.ack_errors, status.dropped, status.reconnects) == (0, 0, {})
        assert all(isinstance(price, Price) and price.simulated for price in prices.events)
        await simulator.cut()
        again = await bridged.until_status(lambda status: status.reconnects == {"lost": 1})
        assert again.since >= status.since
        await until(lambda: bridged.story.count("connected") == 2)
        await until(lambda: bridged.status is not None and bridged.status.state is BridgeState.LIVE)
        states = [news.state.value for news in bridged.news if news.event.value in {"disconnected", "connected"}]
        assert states == ["live", "reconnecting", "live"]


@rule("3.10")
async def test_10_clients_see_what_is_simulated() -> None:
    """A simulated price is never taken for a real one: what a client gets says so."""
    async with simulating() as exchange, following_gateway(exchange) as gateway, gateway.client() as client:
        await client.subscribe("price:BTCUSDT")
        assert (await client.next_of("price"))["data"]["simulated"] is True


@rule("3.10")
async def test_10_the_simulator_has_the_ugly_parts() -> None:
    """Pings of a time in ms, 1008 for a late pong or a sixth message in a second, any name acknowledged, silence for
    unknown ones, nested errors, an end of life, late closes, 451 and 429 on request, 404 on a bad path.
    """
    allowed = AllowedLimits()
    assert (allowed.ping_interval, allowed.messages_a_second, allowed.lifetime) == (20.0, 5, 24 * 3600.0)
    assert 60.0 <= allowed.pong_timeout <= 86.0
    async with simulating() as exchange, tapping(exchange.port) as tap:
        async with connect(f"{exchange.stream_url}/stream") as client:
            await client.send('{"method":"SUBSCRIBE","params":["NoSuch@thing"],"id":1}')
            assert json.loads(await client.recv()) == {"result": None, "id": 1}
            await client.send('{"method":"NONE","id":2}')
            assert json.loads(await client.recv())["error"]["code"] == 2
        async with connect(f"{tap.stream_url}/ws") as hasty:
            for number in range(6):
                await hasty.send(f'{{"method":"LIST_SUBSCRIPTIONS","id":{number}}}')
            await asyncio.wait_for(hasty.wait_closed(), 20)
            assert (hasty.close_code, hasty.close_reason) == (1008, "Too many requests")
        for status in (429, 451):
            await exchange.inject(Fault(kind=FaultKind.REFUSE_STREAMS, status=status))
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"{exchange.stream_url}/stream").__aenter__()
            assert refused.value.response.status_code == status
        exchange.end_fault(FaultKind.REFUSE_STREAMS)
        with pytest.raises(InvalidStatus) as missing:
            await connect(f"{exchange.stream_url}/nothing").__aenter__()
        assert missing.value.response.status_code == 404
