"""Which last values have grown old."""

import msgspec

from streaming.clock import ManualClock
from streaming.market.staleness import Staleness
from streaming.topics import Kind, Topic
from tests.market.test_lanes import candle, price, trades

PRICE, OTHER = Topic(Kind.PRICE, "BTCUSDT"), Topic(Kind.PRICE, "ETHUSDT")


def test_it_tells_each_value_once_when_it_is_ten_seconds_old(clock: ManualClock) -> None:
    staleness = Staleness(after=10, clock=clock)
    staleness.note(PRICE, price(1))
    clock.advance(5)
    staleness.note(OTHER, price(2))
    clock.advance(4.9)
    assert staleness.take() == []
    clock.advance(0.1)
    assert staleness.take() == [(PRICE, msgspec.structs.replace(price(1), stale=True))]
    assert staleness.take() == []
    staleness.note(PRICE, price(3))
    clock.advance(5)
    assert [topic for topic, _ in staleness.take()] == [OTHER]
    clock.advance(5)
    assert [topic for topic, _ in staleness.take()] == [PRICE]


def test_it_takes_neither_trades_nor_closed_candles_for_states(clock: ManualClock) -> None:
    staleness = Staleness(after=10, clock=clock)
    topic = Topic(Kind.CANDLE, "BTCUSDT")
    staleness.note(Topic(Kind.TRADE, "BTCUSDT"), trades(1))
    staleness.note(topic, candle(0))
    staleness.note(topic, candle(0, final=True))
    clock.advance(20)
    assert staleness.take() == []


def test_it_forgets_what_nobody_reads(clock: ManualClock) -> None:
    staleness = Staleness(after=10, clock=clock)
    staleness.note(PRICE, price(1))
    staleness.keep([OTHER])
    clock.advance(20)
    assert staleness.take() == []
