"""Trades come in the order of their ids, each once, whatever came twice, late or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from tests.trading.live.worker.trades import ids, trade
from trading.live.worker.trade_sequence import MOST_HELD, TradeSequence


@given(st.permutations(range(11, 31)), st.lists(st.integers(1, 30), max_size=20))
def test_every_trade_counts_once_and_in_its_order(order: list[int], again: list[int]) -> None:
    sequence = TradeSequence(10, time=10)
    counted = [one for trade_id in [*order, *again] for one in ids(sequence.take([trade(trade_id)]))]
    assert counted == list(range(11, 31))
    assert sequence.missing is None


def test_newer_trades_wait_for_those_that_are_missing() -> None:
    sequence = TradeSequence(10, time=10)
    assert ids(sequence.take([trade(14), trade(15)])) == []
    assert sequence.missing == (11, 13)
    assert ids(sequence.take([trade(12), trade(11)])) == [11, 12]
    assert sequence.missing == (13, 13)
    assert ids(sequence.give_up()) == [14, 15]
    assert sequence.missing is None


def test_only_what_the_exchange_was_asked_for_is_given_up() -> None:
    sequence = TradeSequence(100, time=100)
    sequence.take([trade(111)])
    sequence.take([trade(161)])  # while the page is on its way
    assert ids(sequence.take([trade(one) for one in range(101, 151)])) == list(range(101, 151))
    assert sequence.give_up_answered(101, 150) == []
    assert sequence.missing == (151, 160)


def test_what_is_missing_since_before_the_answer_is_not_given_up() -> None:
    sequence = TradeSequence(90, time=90)  # planned anew from rows; what was asked is of before
    sequence.take([trade(one) for one in range(101, 151)])
    assert sequence.give_up_answered(101, 150) == []
    assert sequence.missing == (91, 100)


def test_everything_is_given_up_that_the_exchange_has_left_out_of_its_answer() -> None:
    sequence = TradeSequence(100, time=100)
    sequence.take([trade(103), trade(105), trade(109)])
    assert ids(sequence.give_up_answered(101, 105)) == [103, 105]
    assert sequence.missing == (106, 108)


def test_the_first_trade_begins_where_no_position_is_known() -> None:
    sequence = TradeSequence()
    assert ids(sequence.take([trade(7), trade(8)])) == [7, 8]
    assert ids(sequence.give_up()) == []


def test_of_more_than_may_wait_the_newest_are_missing_themselves_later() -> None:
    sequence = TradeSequence(10, time=10)
    sequence.take(trade(one) for one in range(12, 12 + MOST_HELD))
    assert sequence.take([trade(12 + MOST_HELD)]) == []
    assert ids(sequence.take([trade(11)])) == list(range(11, 12 + MOST_HELD))
    sequence.take([trade(13 + MOST_HELD)])
    assert sequence.missing == (12 + MOST_HELD, 12 + MOST_HELD)


def test_an_exchange_that_counts_anew_is_followed() -> None:
    sequence = TradeSequence(1000, time=1000)
    assert ids(sequence.take([trade(3, time=999)])) == []
    assert ids(sequence.take([trade(1, time=1001), trade(2, time=1002)])) == [1, 2]
