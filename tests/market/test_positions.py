"""Where a bridge stopped."""

import asyncio
from collections.abc import Collection, Iterable

import msgspec
import pytest

from streaming.clock import ManualClock
from streaming.events import Resync, Source
from streaming.market.gaps.limits import GapLimits
from streaming.market.last_values import MemoryLastValues
from streaming.market.positions import Position, decode_position, encode_position, position_after
from streaming.market.predecessor import Predecessor
from streaming.topics import Kind, Topic
from tests.market.test_lanes import candle, price, trades

TRADES, PRICE = Topic(Kind.TRADE, "BTCUSDT"), Topic(Kind.PRICE, "BTCUSDT")


def at(number: int | None, time: int) -> Position:
    """Return a position."""
    return Position(source=Source.BINANCE, number=number, time=time, at=99)


def test_it_follows_trades_by_their_ids_and_candles_by_when_the_next_opens() -> None:
    assert position_after(trades(5, 6), None, at=99) == at(6, 6)
    assert position_after(candle(0, final=True), None, at=99) == at(60_000, 59_999)
    assert position_after(candle(60_000), None, at=99) == at(60_000, 60_000)
    assert position_after(candle(120_000), at(60_000, 0), at=99) == at(60_000, 0)
    assert position_after(price(1), None, at=99) is None
    assert position_after(Resync(time=1, start=0, end=1, complete=True), at(6, 6), at=99) == at(6, 6)


def test_it_is_led_back_by_a_new_numbering_but_not_by_what_was_fetched_late() -> None:
    late = msgspec.structs.replace(trades(3), repaired=True)
    assert position_after(late, at(6, 6), at=99) == at(6, 6)
    assert position_after(trades(3), at(6, 6), at=99) == at(3, 3)


def test_it_travels_as_bytes() -> None:
    assert decode_position(encode_position(at(6, 7))) == at(6, 7)
    with pytest.raises(msgspec.DecodeError):
        decode_position(b"nonsense")


def test_it_knows_the_time_alone_until_something_was_told() -> None:
    begun = at(None, 5)
    assert decode_position(encode_position(begun)) == begun
    assert position_after(price(1), begun, at=99) == begun
    assert position_after(msgspec.structs.replace(trades(6), repaired=True), begun, at=99) == at(6, 6)
    assert position_after(candle(60_000), begun, at=99) == at(60_000, 60_000)


class ForgetfulValues(MemoryLastValues):
    """A cache that can't be asked."""

    async def read_positions(self, keys: Iterable[str]) -> dict[str, bytes] | None:
        """Return nothing, as where Redis is away."""
        return None


class HangingValues(MemoryLastValues):
    """A cache that doesn't answer."""

    async def read_positions(self, keys: Iterable[str]) -> dict[str, bytes] | None:
        """Wait for ever."""
        await asyncio.get_running_loop().create_future()
        return None


def predecessor(values: MemoryLastValues, clock: ManualClock, *, lapsed: Collection[Topic] = ()) -> Predecessor:
    """Return what finds positions, where these topics were wanted no more for want of a word."""
    limits = GapLimits(position_wait=0.05)
    return Predecessor(values, limits, clock, source=Source.BINANCE, has_lapsed=lambda topic: topic in lapsed)


async def test_it_is_found_for_long_at_the_start_of_a_turn(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    position = Position(source=Source.BINANCE, number=6, time=6, at=clock.now_ms())
    await values.write({}, {TRADES.key: encode_position(position), PRICE.key: b"nonsense"})
    clock.advance(300)
    assert await predecessor(values, clock).positions([TRADES, PRICE]) == {TRADES: position}


async def test_it_is_no_matter_for_a_topic_that_was_given_up_and_is_wanted_again(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    position = Position(source=Source.BINANCE, number=6, time=6, at=clock.now_ms())
    await values.write({}, {TRADES.key: encode_position(position)})
    starting = predecessor(values, clock)
    assert await starting.positions([TRADES]) == {TRADES: position}
    assert await starting.positions([TRADES]) == {}
    clock.advance(GapLimits().takeover)
    assert await starting.positions([TRADES]) == {}


async def test_it_is_found_for_a_moment_where_the_readers_were_not_heard(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    later = predecessor(values, clock, lapsed=[TRADES])
    clock.advance(GapLimits().takeover)
    position = Position(source=Source.BINANCE, number=6, time=6, at=clock.now_ms())
    await values.write({}, {TRADES.key: encode_position(position)})
    clock.advance(GapLimits().rejoin_age)
    assert await later.positions([TRADES]) == {TRADES: position}
    clock.advance(1)
    assert await later.positions([TRADES]) == {}


async def test_it_is_nowhere_where_it_cannot_be_read(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    await values.write({}, {TRADES.key: b"nonsense"})
    assert await predecessor(values, clock).positions([TRADES]) == {}


@pytest.mark.parametrize("cache", [ForgetfulValues, HangingValues])
async def test_it_may_be_anywhere_where_the_cache_cannot_be_asked(
    clock: ManualClock, cache: type[MemoryLastValues]
) -> None:
    found = await predecessor(cache(maximum_age=5, clock=clock), clock).positions([TRADES, PRICE])
    oldest = clock.now_ms() - round(GapLimits().position_age * 1000)
    assert {topic: (one.number, one.time) for topic, one in found.items()} == {TRADES: (None, oldest)}
