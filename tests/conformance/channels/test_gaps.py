"""docs/protocol/market.md: what clients are told of holes in what the exchange gave, and of its silence."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import CONTROL, DIALECTS, TRADING, Seen
from tests.conformance.people import OWNER
from tests.conformance.places import STALE_SECONDS, Place
from tests.conformance.rows import on_each_layer, row

TRADES, CANDLES, PRICE = "trades:BTCUSDT", "klines:BTCUSDT:1s", "price:BTCUSDT"
CHANNELS = (TRADES, CANDLES, PRICE)


@asynccontextmanager
async def one_of_each_dialect(place: Place, *channels: str) -> AsyncIterator[list[Speaker]]:
    """Connect a client of each dialect, which has had something fresh on each of the channels."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(speak(place, dialect)) for dialect in DIALECTS]
        for client in clients:
            await client.ask(*channels)
            for channel in channels:
                await client.event(channel)  # which may be the value on subscribing, older than what is on its way
                while (seen := await client.event(channel)).is_of_a_gap or seen.data.get("stale"):
                    pass  # another test may have made a gap, and a busy machine's exchange may pause
        yield clients


async def read_until_told_of_gaps(client: Speaker) -> dict[str, Seen]:
    """Return the first `resync` of each channel that closes its gap, and read one more trade after it.

    On a busy machine REST may take longer than newer trades wait: then the gap is told before while it is open.
    """
    told: dict[str, Seen] = {}
    while set(told) != set(CHANNELS):
        seen = await client.event(*CHANNELS)
        if seen.type == "resync" and seen.data["complete"]:
            told.setdefault(seen.channel, seen)
    while (await client.event(TRADES)).type == "resync":
        pass
    return told


def trade_numbers(client: Speaker) -> list[int]:
    return [seen.data["tradeId"] for seen in client.events() if seen.channel == TRADES and seen.type != "resync"]


def final_candle_times(client: Speaker, begin: int, *, repaired: bool) -> list[int]:
    """Return when the candles opened that were told as final from a frame on, or those of them that were filled in."""
    candles = [seen.data for seen in client.events(begin) if seen.channel == CANDLES and seen.type != "resync"]
    told = [candle for candle in candles if not repaired or candle.get("repaired")]
    if client.dialect is TRADING:
        return [candle["startTime"] for candle in told if candle["closed"]]
    return [candle["time"] for candle in told if candle["isFinal"]]


def _assert_each_final_candle_is_told_once_and_those_of_a_gap_in_their_order(client: Speaker, begin: int) -> None:
    """Check it from a frame on that is no value of before: where REST takes long, candles of after a gap come first."""
    filled = final_candle_times(client, begin, repaired=True)
    assert filled == sorted(filled)
    times = sorted(final_candle_times(client, begin, repaired=False))
    assert times == list(range(times[0], times[0] + 1000 * len(times), 1000))


def _assert_no_trade_of_after_a_gap_comes_before_it_is_told(client: Speaker) -> None:
    trades = [seen for seen in client.events() if seen.channel == TRADES]
    known: set[int] = set()
    for index, seen in enumerate(trades):
        if seen.type == "resync" and (begin := client.dialect.time_ms(seen.data["from"])) not in known:
            known.add(begin)
            live = [trade.data for trade in trades[:index] if trade.type != "resync" and not trade.data.get("repaired")]
            times = (trade["time"] if "time" in trade else trade["timestamp"] for trade in live)
            assert max((client.dialect.time_ms(time) for time in times), default=begin) <= begin


@row("MK-25", "TP-71")
@on_each_layer
async def test_it_tells_each_channel_of_a_gap_and_brings_what_was_missed(place: Place) -> None:
    async with one_of_each_dialect(place, *CHANNELS) as clients, speak(place, CONTROL, OWNER) as observer:
        await observer.ask("system.exchange")
        begins = [len(client.frames) for client in clients]
        await asyncio.to_thread(place.deployment.fault, "cut")
        for client, begin_frame in zip(clients, begins, strict=True):
            for seen in (await read_until_told_of_gaps(client)).values():
                assert set(seen.data) == {"from", "to", "complete"}
                begin, end = (client.dialect.time_ms(seen.data[key]) for key in ("from", "to"))
                assert begin <= end
            _assert_no_trade_of_after_a_gap_comes_before_it_is_told(client)
            numbers = sorted(trade_numbers(client))
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            _assert_each_final_candle_is_told_once_and_those_of_a_gap_in_their_order(client, begin_frame)
        while (news := await observer.event("system.exchange")).event != "resync":
            pass
        assert {"from", "to", "complete", "state", "reason"} <= set(news.data)


@row("MK-26", "MK-21")
async def test_it_marks_what_is_old_while_the_exchange_is_silent(place: Place) -> None:
    async with one_of_each_dialect(place, PRICE) as clients:
        await asyncio.to_thread(place.deployment.fault, "stall", seconds=STALE_SECONDS + 2)
        for client in clients:
            while not (await client.event(PRICE)).data.get("stale"):
                pass
            newest, stale = [seen for seen in client.events() if seen.type != "resync"][-2:]
            assert stale.data == {**newest.data, "stale": True}
        for client in clients:
            while (await client.event(PRICE)).data.get("stale"):
                pass
