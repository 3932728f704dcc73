"""The last real values."""

from decimal import Decimal

import msgspec

from streaming.market.fallback.real_values import RealValues
from streaming.topics.topic import MarketKind, Topic
from tests.market.publishing.published_events import candle, price, trades

TRADES, PRICE = Topic(MarketKind.TRADE, "BTCUSDT"), Topic(MarketKind.PRICE, "BTCUSDT")


def test_the_newest_price_counts_whoever_told_it_but_none_that_was_fetched() -> None:
    values = RealValues()
    assert values.price_of("BTCUSDT") is None
    values.note(PRICE, price(7))
    assert values.price_of("BTCUSDT") == price(7).price
    values.note(TRADES, trades(8))
    assert values.price_of("BTCUSDT") == trades(8).trades[-1].price
    repaired = msgspec.structs.replace(candle(0, final=True), close=Decimal(123), repaired=True)
    values.note(TRADES, repaired)
    assert values.price_of("BTCUSDT") == trades(8).trades[-1].price


def test_states_are_told_again_as_stale_and_trades_are_not() -> None:
    values = RealValues()
    values.note(PRICE, price(7))
    values.note(TRADES, trades(8))
    assert list(values.stale_states()) == [(PRICE, msgspec.structs.replace(price(7), stale=True))]
    values.keep([TRADES])
    assert list(values.stale_states()) == []
    assert values.price_of("BTCUSDT") is not None


def test_a_simulated_state_is_told_once_more_as_stale_where_nothing_real_is_known() -> None:
    values, other = RealValues(), Topic(MarketKind.PRICE, "ETHUSDT")
    values.note(PRICE, price(7))
    for topic in (PRICE, other):
        values.note_simulated(topic, price(8))
    stale = [(topic, msgspec.structs.replace(price(n), stale=True)) for topic, n in ((other, 8), (PRICE, 7))]
    assert list(values.stale_states()) == stale
    assert list(values.stale_states()) == stale[1:]
