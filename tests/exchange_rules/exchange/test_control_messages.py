"""Section 1.3: what is asked of the exchange, and how it answers."""

import json
from typing import Any

import msgspec
from websockets.asyncio.client import connect

from streaming.market.binance.messages import Answer, Refusal
from streaming.market.binance.stream_parser import parse_frame
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.server import SimulatedExchange
from streaming.simulator.streams.control import MAXIMUM_STREAMS
from tests.exchange_rules.bridge.bridging import connection_limits
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import TEXT, Tap
from tests.market.upstream.following import following
from tests.waiting import until

TICKER, TRADE = "btcusdt@ticker", "btcusdt@trade"
QUICK = SubscriptionLimits(linger=0.2, inventory_interval=0.5, refusal_wait=0.2)


async def said_to(exchange: SimulatedExchange, *requests: str) -> list[Any]:
    """Return the parsed answers to texts that are sent on a connection of their own, in order."""
    answers = []
    async with connect(f"{exchange.stream_url}/stream") as connection:
        for request in requests:
            await connection.send(request)
            answers.append(parse_frame(await connection.recv()).message)
    return answers


@rule("1.3.1")
async def test_it_sends_subscribe_unsubscribe_and_list_with_ids_of_its_own(tap: Tap) -> None:
    """There are SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS and properties; an id is an int64, a text or null. Ours are
    ascending integers, never given twice on a connection; properties aren't touched, as `/stream` is combined already.
    """
    async with following(tap.stream_url, limits=connection_limits(subscriptions=QUICK)) as follower:
        await follower.until_active(TICKER)
        follower.want(TRADE)
        await follower.until_active(TRADE)
        await until(lambda: tap.requests("LIST_SUBSCRIPTIONS"))
    requests = tap.sockets[0].requests
    assert {request["method"] for request in requests} == {"SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS"}
    ids = [request["id"] for request in requests]
    assert ids == sorted(set(ids))
    assert all(isinstance(number, int) and 0 < number < 2**63 for number in ids)
    assert (tap.names("SUBSCRIBE"), tap.names("UNSUBSCRIBE")) == ([TICKER, TRADE], [TICKER])


@rule("1.3.2")
async def test_it_reads_each_kind_of_success_and_acts_on_the_list(simulator: SimulatedExchange) -> None:
    """Success is `result`: null, a list of streams, or a Boolean, with the id that was sent. A list that differs from
    what we hold to be subscribed is put right, and counted.
    """
    answers = await said_to(
        simulator,
        json.dumps({"method": "SUBSCRIBE", "params": ["nosuchusdt@trade"], "id": 2**62}),
        json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": "a1"}),
        json.dumps({"method": "GET_PROPERTY", "params": ["combined"], "id": None}),
    )
    assert answers == [
        Answer(request_id=2**62, result=None),
        Answer(request_id="a1", result=("nosuchusdt@trade",)),
        Answer(request_id=None, result=True),
    ]
    async with following(simulator.stream_url, limits=connection_limits(subscriptions=QUICK)) as follower:
        await follower.until_active(TICKER)
        await simulator.inject(Fault(kind=FaultKind.FORGET, streams=(TICKER,)))
        await until(lambda: follower.restored == [frozenset({TICKER})])
        assert simulator.subscribed_streams() == {TICKER}
        assert follower.upstream.counts.differences == 1


@rule("1.3.3")
async def test_it_reads_nested_and_flat_errors_alike_with_an_id_or_without(simulator: SimulatedExchange) -> None:
    """The server nests its errors, its documentation shows them flat, and the id may be null or absent. All codes of
    the real server are read, the same in both shapes, and none of them ends anything.
    """
    names = [f"c{number}usdt@trade" for number in range(MAXIMUM_STREAMS + 1)]
    answers = await said_to(
        simulator,
        json.dumps({"method": "SET_PROPERTY", "params": ["nosuch", True], "id": 1}),
        json.dumps({"method": "SET_PROPERTY", "params": ["combined", 5], "id": 2}),
        json.dumps({"method": "NO_SUCH_METHOD", "id": 3}),
        "no JSON at all",
        json.dumps({"method": "SUBSCRIBE", "params": names, "id": 5}),
    )
    assert [type(answer) for answer in answers] == [Refusal] * 5
    assert [answer.code for answer in answers] == [0, 1, 2, 3, 4]
    assert [answer.request_id for answer in answers] == [1, 2, 3, None, 5]
    flat = json.dumps({"code": answers[2].code, "msg": answers[2].message, "id": 3})
    assert parse_frame(flat).message == answers[2]
    async with following(simulator.stream_url, limits=connection_limits()) as follower:
        await follower.until_active(TICKER)
        for error in (
            b'{"code":2,"msg":"x"}',
            b'{"error":{"code":2,"msg":"x"}}',
            b'{"error":{"code":4,"msg":"x"},"id":99}',
        ):
            simulator.connections[0].deliver(error)
        simulator.connections[0].flush()
        await until(lambda: follower.received)
        assert follower.upstream.active == (TICKER,)
        assert not follower.upstream.counts.endings


@rule("1.3.4")
async def test_an_acknowledged_stream_that_is_silent_is_found_out(simulator: SimulatedExchange) -> None:
    """An acknowledgement proves nothing: any name is acknowledged and listed. So a stream that should speak and
    doesn't is asked for again once, then on another connection, but for one that never spoke nothing is torn down.
    """
    silence = SilenceLimits(canary="", stream=2.5, data=60.0, stale=60.0, patience=1)
    unknown = "ethusdt@kline_1S"  # misspelt, but of a liquid symbol
    limits = connection_limits(silence=silence)
    async with following(simulator.stream_url, wanted=(TICKER, unknown), limits=limits) as follower:
        await follower.until_active(TICKER, unknown)  # acknowledged, though there is no such stream
        assert unknown in simulator.subscribed_streams()
        await until(lambda: follower.upstream.last_event_at(TICKER))
        await simulator.inject(Fault(kind=FaultKind.SILENCE, streams=(TICKER,)))
        await until(lambda: any(TICKER in streams for streams, _ in follower.interrupted))
        assert follower.upstream.counts.resubscribed >= 1
        await until(lambda: follower.upstream.counts.connections == 2)
        assert f"{TICKER} is silent" in follower.interrupted[-1][1]
        simulator.end_fault(FaultKind.SILENCE)
        await until(lambda: follower.upstream.is_silent(unknown) and not follower.upstream.is_silent(TICKER))
        assert follower.upstream.last_event_at(unknown) is None
        assert follower.upstream.counts.connections == 2


@rule("1.3.5")
async def test_all_that_it_sends_is_json_and_the_close_for_what_is_not_is_survived(
    simulator: SimulatedExchange, tap: Tap
) -> None:
    """What isn't JSON is answered by error 3, or by 1008 "Invalid request". We send none; if that is said, we go on."""
    async with following(tap.stream_url, limits=connection_limits(subscriptions=QUICK)) as follower:
        await follower.until_active(TICKER)
        await until(lambda: tap.requests("LIST_SUBSCRIPTIONS"))
        await simulator.inject(Fault(kind=FaultKind.CLOSE, code=1008, reason="Invalid request"))
        await until(lambda: follower.restored)
        assert "Invalid request" in follower.interrupted[0][1]
    texts = [frame.payload for one in tap.sockets for frame in one.frames if frame.opcode == TEXT]
    assert all(isinstance(msgspec.json.decode(text), dict) for text in texts)
