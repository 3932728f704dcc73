"""The simulated Kraken's frames have the shape of recorded ones: the same members, in order where one is fixed."""

import json
from typing import Any

from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.server import SimulatedExchange
from tests.manual_clock import ManualClock
from tests.market.sources.recordings import lines_of, where_recorded
from tests.simulator.kraken.client import FeedClient, feed_client
from tests.simulator.talking import pass_time

_ANSWERS = {"ack", "error", "pong"}


def shape(value: Any, *, in_order: bool) -> Any:
    """Return the names of all members, and of lists the shape of their first row."""
    if isinstance(value, dict):
        members = [(name, shape(member, in_order=in_order)) for name, member in value.items()]
        return tuple(members) if in_order else tuple(sorted(members))
    if isinstance(value, list):
        return [shape(value[0], in_order=in_order)] if value else []
    return ""


def recorded(kinds: set[str], *, in_order: bool) -> list[Any]:
    return [shape(json.loads(case["raw"]), in_order=in_order) for case in lines_of("kraken") if case["kind"] in kinds]


@where_recorded
async def test_frames_have_the_members_of_recorded_ones_in_their_order(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken
) -> None:
    async with feed_client(kraken) as client:
        for channel in ("ticker", "trade", "book", "ohlc"):
            await client.send(method="subscribe", params={"channel": channel, "symbol": ["BTC/USD"], "snapshot": True})
        came = await client.frames()
        await pass_time(exchange, clock, 10)
        came += await client.frames()
    frames = [frame for raw in came if "channel" in (frame := json.loads(raw))]
    for channel in ("status", "heartbeat", "ticker", "trade", "ohlc"):
        known = recorded({channel, f"{channel}_snapshot", f"{channel}_update"}, in_order=True)
        ours = [shape(frame, in_order=True) for frame in frames if frame["channel"] == channel]
        assert ours
        assert [one for one in ours if one not in known] == [], channel
    known = recorded({"book_update"}, in_order=True)
    both_sides = [frame for frame in frames if frame["channel"] == "book" and frame["type"] == "update"]
    full = [frame for frame in both_sides if frame["data"][0]["bids"] and frame["data"][0]["asks"]]
    assert full
    assert all(shape(frame, in_order=True) in known for frame in full)


@where_recorded
async def test_answers_have_the_members_of_recorded_ones(feed: FeedClient) -> None:
    known = recorded(_ANSWERS, in_order=False)
    asked: list[dict[str, Any]] = [
        {"method": "subscribe", "params": {"channel": "book", "symbol": ["BTC/USD"], "snapshot": True}},
        {"method": "subscribe", "params": {"channel": "ohlc", "symbol": ["BTC/USD"], "snapshot": True}},
        {"method": "subscribe", "params": {"channel": "trade", "symbol": ["BTC/USD"], "snapshot": True}},
        {"method": "subscribe", "params": {"channel": "instrument"}},
        {"method": "subscribe", "params": {"channel": "ticker", "symbol": ["BTC/USD"]}, "req_id": 42},
        {"method": "subscribe", "params": {"channel": "ticker", "symbol": ["BTC/USD"]}, "req_id": 2},
        {"method": "subscribe", "params": {"channel": "ticker", "symbol": ["XBT/USD"]}},
        {"method": "subscribe", "params": {"channel": "book", "symbol": ["ETH/USD"], "depth": 27}},
        {"method": "unsubscribe", "params": {"channel": "ohlc", "symbol": ["BTC/USD"]}},
        {"method": "ping", "params": {}, "req_id": 0},
    ]
    for request in asked:
        await feed.send(**request)
    answers = [answer for raw in await feed.frames() if "channel" not in (answer := json.loads(raw))]
    assert len(answers) == len(asked)
    assert [one for one in answers if shape(one, in_order=False) not in known] == []
