"""Where a bridge stopped."""

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


def at(number: int, time: int) -> Position:
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


async def test_it_is_found_for_long_at_the_start_of_a_turn_and_later_only_for_a_moment(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    position = Position(source=Source.BINANCE, number=6, time=6, at=clock.now_ms())
    await values.write({}, {TRADES.key: encode_position(position), PRICE.key: b"nonsense"})
    clock.advance(300)
    starting = Predecessor(values, GapLimits(), clock)
    assert await starting.positions([TRADES, PRICE]) == {TRADES: position}
    clock.advance(GapLimits().takeover)
    assert await starting.positions([TRADES]) == {}
    fresh = msgspec.structs.replace(position, at=clock.now_ms())
    await values.write({}, {TRADES.key: encode_position(fresh)})
    clock.advance(GapLimits().rejoin_age)
    assert await starting.positions([TRADES]) == {TRADES: fresh}


async def test_it_is_nowhere_where_it_cannot_be_read(clock: ManualClock) -> None:
    values = MemoryLastValues(maximum_age=5, clock=clock)
    await values.write({}, {TRADES.key: b"nonsense"})
    assert await Predecessor(values, GapLimits(), clock).positions([TRADES]) == {}
