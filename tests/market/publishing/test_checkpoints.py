"""Where a bridge stopped."""

import asyncio
from collections.abc import Collection, Iterable

import msgspec
import pytest

from streaming.events import Resync, Source
from streaming.market.bridge.checkpoint_reader import CheckpointReader
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.checkpoints import Checkpoint, checkpoint_after, decode_checkpoint, encode_checkpoint
from streaming.market.publishing.last_values import MemoryLastValues
from streaming.topics.topic import MarketKind, Topic
from tests.manual_clock import ManualClock
from tests.market.publishing.published_events import candle, price, trades

EXCHANGE_NOW = 1_700_000_123_456
TRADES, PRICE = Topic(MarketKind.TRADE, "BTCUSDT"), Topic(MarketKind.PRICE, "BTCUSDT")


def at(number: int | None, time: int) -> Checkpoint:
    """Return a checkpoint."""
    return Checkpoint(source=Source.BINANCE, number=number, time=time)


def test_it_follows_trades_by_their_ids_and_candles_by_when_the_next_opens() -> None:
    assert checkpoint_after(trades(5, 6), None) == at(6, 6)
    assert checkpoint_after(candle(0, final=True), None) == at(60_000, 59_999)
    assert checkpoint_after(candle(60_000), None) == at(60_000, 60_000)
    assert checkpoint_after(candle(120_000), at(60_000, 0)) == at(60_000, 0)
    assert checkpoint_after(price(1), None) is None
    assert checkpoint_after(Resync(time=1, start=0, end=1, complete=True), at(6, 6)) == at(6, 6)


def test_it_is_led_back_by_a_new_numbering_but_not_by_what_was_fetched_late() -> None:
    late = msgspec.structs.replace(trades(3), repaired=True)
    assert checkpoint_after(late, at(6, 6)) == at(6, 6)
    assert checkpoint_after(trades(3), at(6, 6)) == at(3, 3)


def test_it_travels_as_bytes() -> None:
    assert decode_checkpoint(encode_checkpoint(at(6, 7))) == at(6, 7)
    with pytest.raises(msgspec.DecodeError):
        decode_checkpoint(b"nonsense")


def test_it_knows_the_time_alone_until_something_was_told() -> None:
    begun = at(None, 5)
    assert decode_checkpoint(encode_checkpoint(begun)) == begun
    assert checkpoint_after(price(1), begun) == begun
    assert checkpoint_after(msgspec.structs.replace(trades(6), repaired=True), begun) == at(6, 6)
    assert checkpoint_after(candle(60_000), begun) == at(60_000, 60_000)


class ForgetfulValues(MemoryLastValues):
    """A cache that can't be asked."""

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return nothing, as where Redis is away."""
        return None


class FailingOnceValues(MemoryLastValues):
    """A cache whose first answer is lost."""

    has_failed = False

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Return nothing the first time, then what is held."""
        if not self.has_failed:
            self.has_failed = True
            return None
        return await super().read_checkpoints(keys, maximum_age=maximum_age, epoch=epoch)


class HangingValues(MemoryLastValues):
    """A cache that doesn't answer."""

    async def read_checkpoints(
        self, keys: Iterable[str], *, maximum_age: float, epoch: int = 0
    ) -> dict[str, bytes] | None:
        """Wait for ever."""
        await asyncio.get_running_loop().create_future()
        return None


def checkpoint_reader(
    values: MemoryLastValues, clock: ManualClock, *, lapsed: Collection[Topic] = (), epoch: int = 1
) -> CheckpointReader:
    """Return what finds checkpoints, where these topics were wanted no more for want of a word."""

    async def exchange_now() -> int:
        return EXCHANGE_NOW

    return CheckpointReader(
        values,
        GapLimits(checkpoint_wait=0.05),
        clock,
        source=Source.BINANCE,
        epoch=epoch,
        has_lapsed=lambda topic: topic in lapsed,
        exchange_now=exchange_now,
    )


async def test_it_is_found_for_long_at_the_start_of_a_turn(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    checkpoint = Checkpoint(source=Source.BINANCE, number=6, time=6)
    await values.write({}, {TRADES.key: encode_checkpoint(checkpoint), PRICE.key: b"nonsense"})
    clock.advance(300)
    assert await checkpoint_reader(values, clock).checkpoints([TRADES, PRICE]) == {TRADES: checkpoint}


async def test_it_is_moved_no_more_by_the_bridge_before_once_it_is_found(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    left, moved = (Checkpoint(source=Source.BINANCE, number=number, time=number) for number in (6, 7))
    await values.write({}, {TRADES.key: encode_checkpoint(left)}, epoch=1)
    await checkpoint_reader(values, clock, epoch=2).checkpoints([TRADES])
    await values.write({}, {TRADES.key: encode_checkpoint(moved)}, epoch=1)
    assert await checkpoint_reader(values, clock, epoch=3).checkpoints([TRADES]) == {TRADES: left}


async def test_it_is_no_matter_where_the_bridge_before_read_another_source(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    await values.write({}, {TRADES.key: encode_checkpoint(Checkpoint(source=Source.SIMULATOR, number=6, time=6))})
    assert await checkpoint_reader(values, clock).checkpoints([TRADES]) == {}


async def test_it_is_no_matter_for_a_topic_that_was_given_up_and_is_wanted_again(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    checkpoint = Checkpoint(source=Source.BINANCE, number=6, time=6)
    await values.write({}, {TRADES.key: encode_checkpoint(checkpoint)})
    starting = checkpoint_reader(values, clock)
    assert await starting.checkpoints([TRADES]) == {TRADES: checkpoint}
    assert await starting.checkpoints([TRADES]) == {}
    clock.advance(GapLimits().takeover)
    assert await starting.checkpoints([TRADES]) == {}


async def test_it_is_found_for_a_moment_where_the_readers_were_not_heard(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    later = checkpoint_reader(values, clock, lapsed=[TRADES])
    clock.advance(GapLimits().takeover)
    checkpoint = Checkpoint(source=Source.BINANCE, number=6, time=6)
    await values.write({}, {TRADES.key: encode_checkpoint(checkpoint)})
    clock.advance(GapLimits().rejoin_age)
    assert await later.checkpoints([TRADES]) == {TRADES: checkpoint}
    clock.advance(1)
    assert await later.checkpoints([TRADES]) == {}


@pytest.mark.parametrize("hours", [1, -1])
async def test_it_is_found_though_the_time_of_day_has_jumped_since(clock: ManualClock, hours: int) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    checkpoint = Checkpoint(source=Source.BINANCE, number=6, time=6)
    await values.write({}, {TRADES.key: encode_checkpoint(checkpoint)})
    clock.jump(3600 * hours)
    assert await checkpoint_reader(values, clock).checkpoints([TRADES]) == {TRADES: checkpoint}


async def test_it_is_nowhere_where_it_cannot_be_read(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    await values.write({}, {TRADES.key: b"nonsense"})
    assert await checkpoint_reader(values, clock).checkpoints([TRADES]) == {}


async def test_it_is_asked_for_once_more_where_the_answer_was_lost(clock: ManualClock) -> None:
    values = FailingOnceValues(maximum_age=5, clock=clock)
    checkpoint = Checkpoint(source=Source.BINANCE, number=6, time=6)
    await values.write({}, {TRADES.key: encode_checkpoint(checkpoint)})
    assert await checkpoint_reader(values, clock).checkpoints([TRADES]) == {TRADES: checkpoint}


@pytest.mark.parametrize("cache", [ForgetfulValues, HangingValues])
async def test_it_may_be_anywhere_where_the_cache_cannot_be_asked(
    clock: ManualClock, cache: type[MemoryLastValues]
) -> None:
    found = await checkpoint_reader(cache(maximum_age=5, clock=clock), clock).checkpoints([TRADES, PRICE])
    oldest = EXCHANGE_NOW - round(GapLimits().checkpoint_age * 1000)
    assert {topic: (one.number, one.time) for topic, one in found.items()} == {TRADES: (None, oldest)}


def test_what_another_source_tells_moves_none() -> None:
    simulated = msgspec.structs.replace(trades(99), source=Source.SIMULATOR)
    assert checkpoint_after(simulated, at(6, 6)) == at(6, 6)
