"""Which last values have grown old."""

import msgspec

from streaming.market.publishing.staleness import Staleness
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.publishing.published_events import candle, price, trades

PRICE, OTHER = Topic(MarketKind.PRICE, "BTCUSDT"), Topic(MarketKind.PRICE, "ETHUSDT")


@rule("3.6")
def test_it_tells_each_value_once_when_it_is_ten_seconds_old(clock: ManualClock) -> None:
    staleness = wanted(PRICE, OTHER, clock=clock)
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
    topic, trade = Topic(MarketKind.CANDLE, "BTCUSDT"), Topic(MarketKind.TRADE, "BTCUSDT")
    staleness = wanted(topic, trade, clock=clock)
    staleness.note(trade, trades(1))
    staleness.note(topic, candle(0))
    staleness.note(topic, candle(0, final=True))
    clock.advance(20)
    assert staleness.take() == []


def test_it_tells_nothing_of_what_nobody_reads(clock: ManualClock) -> None:
    staleness = wanted(PRICE, OTHER, clock=clock)
    staleness.note(PRICE, price(1))
    staleness.want([OTHER])
    clock.advance(20)
    assert staleness.take() == []
    staleness.want([PRICE])
    assert staleness.take() == [], "it is too old to have been given to anybody"


@rule("3.6")
def test_it_tells_whoever_reads_it_again_that_the_value_of_before_has_grown_old(clock: ManualClock) -> None:
    staleness = wanted(PRICE, clock=clock)
    staleness.note(PRICE, price(1))
    clock.advance(3)
    staleness.want([])
    clock.advance(1)
    staleness.want([PRICE])
    clock.advance(6)
    assert staleness.take() == [(PRICE, msgspec.structs.replace(price(1), stale=True))]


def wanted(*topics: Topic, clock: ManualClock) -> Staleness:
    """Return one that tells of these topics after ten seconds."""
    staleness = Staleness(after=10, clock=clock)
    staleness.want(topics)
    return staleness
