"""What of a topic's events leaves, and when."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Candle, Event, Source
from streaming.market.publishing.publish_buffers import CandleBuffer, StateBuffer, TradeBuffer
from tests.market.publishing.published_events import candle, gap, ids_of, lost, price, trades


class TestStateBuffer:
    """Only the newest counts."""

    def test_it_lets_the_first_leave_at_once_and_then_the_newest_after_the_interval(self) -> None:
        buffer = StateBuffer(0.25)
        buffer.offer(price(1))
        assert buffer.take(100.0) == [price(1)]
        buffer.offer(price(2))
        buffer.offer(price(3))
        assert buffer.due == 100.25
        assert buffer.take(100.2) == []
        assert buffer.take(100.25) == [price(3)]
        assert buffer.take(200.0) == []

    def test_it_is_due_only_while_something_waits(self) -> None:
        buffer = StateBuffer(0.25)
        assert buffer.due is None
        buffer.offer(price(1))
        buffer.take(100.0)
        assert buffer.due is None

    def test_it_tells_of_gaps_together_and_behind_the_value(self) -> None:
        buffer = StateBuffer(0.25)
        for event in (price(1), gap(1, 2), gap(3, 4, complete=False)):
            buffer.offer(event)
        taken = buffer.take(100.0)
        assert taken == [price(1), gap(1, 4, complete=False)]
        buffer.give_back(taken)
        assert buffer.due == 0.0
        assert buffer.take(100.0) == taken[1:]

    def test_it_lets_what_could_not_be_published_go(self) -> None:
        buffer = StateBuffer(0.25)
        buffer.give_back([price(1)])
        assert buffer.take(100.0) == []


class TestCandleBuffer:
    """The open candle is a state, a closed one is not."""

    def test_it_conflates_the_open_candle(self) -> None:
        buffer = CandleBuffer(0.25, 300)
        for close in (1, 2, 3):
            buffer.offer(candle(0, close=close))
        assert buffer.take(100.0) == [candle(0, close=3)]
        buffer.offer(candle(0, close=4))
        assert buffer.take(100.1) == []
        assert buffer.take(100.25) == [candle(0, close=4)]

    def test_it_lets_a_closed_candle_leave_at_once_and_before_the_next(self) -> None:
        buffer = CandleBuffer(0.25, 300)
        buffer.offer(candle(0))
        buffer.take(100.0)
        buffer.offer(candle(0, close=2))
        buffer.offer(candle(0, close=3, final=True))
        buffer.offer(candle(60_000))
        assert buffer.due == 0.0
        assert buffer.take(100.01) == [candle(0, close=3, final=True)]
        assert buffer.take(100.25) == [candle(60_000)]

    def test_it_keeps_a_closed_candle_that_comes_after_the_next_has_begun(self) -> None:
        buffer = CandleBuffer(0.25, 300)
        buffer.offer(candle(60_000))
        buffer.offer(candle(0, final=True))
        assert buffer.take(100.0) == [candle(0, final=True), candle(60_000)]

    def test_it_ignores_what_is_told_of_a_candle_that_is_closed(self) -> None:
        buffer = CandleBuffer(0.25, 300)
        buffer.offer(candle(0, final=True))
        buffer.offer(candle(0))
        assert buffer.take(100.0) == [candle(0, final=True)]
        assert buffer.take(200.0) == []

    def test_it_takes_back_only_closed_candles_and_in_front(self) -> None:
        buffer = CandleBuffer(0.25, 300)
        buffer.offer(candle(60_000, final=True))
        buffer.give_back([candle(0, final=True), candle(120_000)])
        assert buffer.take(100.0) == [candle(0, final=True), candle(60_000, final=True)]

    def test_it_keeps_the_newest_closed_candles_and_counts_the_others_where_none_can_leave(self) -> None:
        buffer = CandleBuffer(0.25, 3)
        for number in range(4):
            buffer.offer(candle(number, final=True))
        assert buffer.dropped == 1
        told, *taken = buffer.take(100.0)
        assert told == lost(0, 59_999)
        buffer.offer(candle(4, final=True))
        buffer.give_back(taken)
        assert buffer.take(100.0) == [lost(1, 60_000), *(candle(number, final=True) for number in (2, 3, 4))]
        assert buffer.dropped == 2

    def test_it_tells_what_was_lost_in_its_place(self) -> None:
        buffer = CandleBuffer(0.25, 2)
        for number in range(4):
            buffer.offer(candle(number, final=True))
        assert buffer.due == 0.0
        assert buffer.take(100.0) == [lost(0, 60_000), candle(2, final=True), candle(3, final=True)]
        assert buffer.due is None

    def test_it_tells_of_a_gap_behind_the_closed_candles_that_fill_it(self) -> None:
        buffer = CandleBuffer(0.25, 2)
        buffer.offer(candle(60_000))
        buffer.offer(candle(0, final=True))
        buffer.offer(gap(0, 9))
        taken = buffer.take(100.0)
        assert taken == [candle(0, final=True), gap(0, 9), candle(60_000)]
        buffer.give_back(taken)
        assert buffer.take(200.0) == [candle(0, final=True), gap(0, 9)]

    def test_it_finds_room_for_all_that_was_fetched(self) -> None:
        buffer = CandleBuffer(0.25, 2)
        for number in range(9):
            buffer.offer(msgspec.structs.replace(candle(number, final=True), repaired=True))
        assert len(buffer.take(100.0)) == 9
        assert buffer.dropped == 0

    def test_it_has_no_more_room_than_before_once_what_was_fetched_has_left(self) -> None:
        buffer = CandleBuffer(0.25, 2)
        for number in range(9):
            buffer.offer(msgspec.structs.replace(candle(number, final=True), repaired=True))
        buffer.take(100.0)
        for number in (9, 10, 11):
            buffer.offer(candle(number, final=True))
        assert buffer.dropped == 1

    def test_it_refuses_what_is_no_candle(self) -> None:
        with pytest.raises(TypeError, match="not a candle"):
            CandleBuffer(0.25, 300).offer(price(1))

    @given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans())))
    def test_it_never_drops_a_closed_candle(self, steps: list[tuple[int, bool, bool]]) -> None:
        buffer, offered, taken = CandleBuffer(0.25, 300), [], list[Event]()
        for now, (number, final, take) in enumerate(steps):
            one = candle(number, close=now, final=final)
            buffer.offer(one)
            offered += [one] if final else []
            taken += buffer.take(now / 10) if take else []
        taken += buffer.take(1e9)
        assert [event for event in taken if isinstance(event, Candle) and event.is_final] == offered


class TestTradeBuffer:
    """Trades leave together."""

    def test_it_gathers_trades_into_one_event(self) -> None:
        buffer = TradeBuffer(0.1, 1000)
        buffer.offer(trades(1))
        assert buffer.take(100.0) == [trades(1)]
        buffer.offer(trades(2))
        buffer.offer(trades(3, 4))
        assert buffer.take(100.05) == []
        assert buffer.due == 100.1
        assert buffer.take(100.1) == [trades(2, 3, 4)]

    def test_it_keeps_the_trades_of_two_sources_apart(self) -> None:
        buffer, simulated = TradeBuffer(0.1, 1000), msgspec.structs.replace(trades(7), source=Source.SIMULATOR)
        for offered in (trades(1), simulated, trades(2)):
            buffer.offer(offered)
        assert buffer.take(100.0) == [trades(1), simulated, trades(2)]

    def test_it_lets_some_leave_at_once_until_as_often_they_might_have_left_and_did_not(self) -> None:
        buffer = TradeBuffer(1.0, 1000, burst=3)
        for number, now in enumerate((100.0, 100.25, 100.5), 1):
            buffer.offer(trades(number))
            assert buffer.take(now) == [trades(number)]
        buffer.offer(trades(4))
        assert buffer.take(100.75) == []
        assert buffer.due == 101.0
        buffer.offer(trades(5))
        assert buffer.take(101.0) == [trades(4, 5)]
        buffer.offer(trades(6))
        assert buffer.due == 102.0
        assert buffer.take(103.0) == [trades(6)]
        buffer.offer(trades(7))
        assert buffer.take(103.0) == [trades(7)]

    def test_it_drops_and_counts_the_oldest_over_its_capacity(self) -> None:
        buffer = TradeBuffer(0.1, 3)
        for number in range(1, 6):
            buffer.offer(trades(number))
        taken = buffer.take(100.0)
        assert taken == [lost(1, 2), trades(3, 4, 5)]
        assert buffer.dropped == 2

    def test_it_keeps_fetched_trades_and_what_is_told_of_their_gap_in_their_place(self) -> None:
        buffer = TradeBuffer(0.1, 3)
        fetched = msgspec.structs.replace(trades(2, 3, 4, 5, 6), repaired=True)
        for event in (trades(1), fetched, trades(7), gap(1, 7), trades(8)):
            buffer.offer(event)
        taken = buffer.take(100.0)
        assert taken == [trades(1), fetched, trades(7), gap(1, 7), trades(8)]
        buffer.give_back(taken[1:4])
        buffer.offer(trades(9))
        assert ids_of(buffer.take(200.0))[-1] == 9

    def test_it_has_no_more_room_than_before_once_what_was_fetched_has_left(self) -> None:
        buffer = TradeBuffer(0.1, 2)
        buffer.offer(msgspec.structs.replace(trades(1, 2, 3, 4, 5, 6), repaired=True))
        buffer.take(100.0)
        for number in (7, 8, 9):
            buffer.offer(trades(number))
        assert buffer.dropped == 1

    def test_it_takes_back_what_could_not_be_published_in_front(self) -> None:
        buffer = TradeBuffer(0.1, 1000)
        buffer.offer(trades(1, 2))
        taken = buffer.take(100.0)
        buffer.offer(trades(3))
        buffer.give_back(taken)
        assert ids_of(buffer.take(200.0)) == [1, 2, 3]

    def test_it_refuses_what_is_no_trades(self) -> None:
        with pytest.raises(TypeError, match="not trades"):
            TradeBuffer(0.1, 1000).offer(price(1))


def test_it_shows_the_open_candle_of_a_clock_that_began_anew() -> None:
    buffer = CandleBuffer(0.25, 300)
    buffer.offer(candle(600_000, final=True))
    buffer.take(0.0)
    buffer.offer(candle(540_000))
    assert buffer.take(1.0) == []
    buffer.offer(candle(480_000))
    assert buffer.take(2.0) == [candle(480_000)]


def test_it_loses_nothing_of_what_was_fetched_where_the_layer_fails_while_it_leaves() -> None:
    candles, sold = CandleBuffer(0.25, 300), TradeBuffer(0.1, 1000)
    for number in range(1000):
        candles.offer(msgspec.structs.replace(candle(number, final=True), repaired=True))
    sold.offer(msgspec.structs.replace(trades(*range(1000)), repaired=True))
    sold.offer(trades(*range(1000, 1900)))
    for _ in range(3):
        candles.give_back(candles.take(0.0))
        sold.give_back(sold.take(sold.due or 0.0))
    assert candles.dropped == sold.dropped == 0
    assert len(candles.take(0.0)) == 1000
    assert ids_of(sold.take(sold.due or 0.0)) == list(range(1900))
