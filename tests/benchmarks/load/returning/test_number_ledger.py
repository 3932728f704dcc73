from benchmarks.load.returning.number_ledger import NumberCounts, NumberLedger
from streaming.event_history.history import Position


def _new(seq: int = 5) -> NumberLedger:
    ledger = NumberLedger()
    ledger.answer(Position("a", seq), recovered=None)
    return ledger


def _told(ledger: NumberLedger, *numbers: int) -> NumberLedger:
    for number in numbers:
        ledger.take("a", number)
    return ledger


def test_nothing_is_wrong_with_numbers_that_follow_each_other_across_a_return() -> None:
    ledger = _told(_new(), 6, 7)
    ledger.leave()

    ledger.answer(Position("a", 9), recovered=True)
    _told(ledger, 8, 9, 10).end(Position("a", 10))

    assert ledger.counts == NumberCounts()
    assert ledger.since == Position("a", 10)


def test_a_client_that_saw_nothing_yet_stands_nowhere() -> None:
    assert NumberLedger().since is None


def test_numbers_that_are_passed_over_are_lost() -> None:
    assert _told(_new(), 6, 9).counts == NumberCounts(lost=2)


def test_what_never_came_by_the_end_is_lost_once() -> None:
    ledger = _told(_new(), 6)

    ledger.end(Position("a", 8))
    ledger.end(Position("a", 8))

    assert ledger.counts == NumberCounts(lost=2)


def test_a_number_that_came_before_is_doubled_and_loses_nothing() -> None:
    assert _told(_new(), 6, 7, 6, 7, 8).counts == NumberCounts(doubled=2)


def test_missed_numbers_that_do_not_come_behind_a_recovery_are_lost() -> None:
    ledger = _told(_new(), 6)
    ledger.leave()

    ledger.answer(Position("a", 9), recovered=True)

    assert _told(ledger, 10).counts == NumberCounts(lost=3)


def test_who_is_not_recovered_is_counted_and_goes_on_from_where_the_channel_stands() -> None:
    ledger = _told(_new(), 6)
    ledger.leave()

    ledger.answer(Position("b", 2), recovered=False)
    ledger.take("b", 3)

    assert ledger.counts == NumberCounts(not_recovered=1)


def test_who_is_not_told_where_the_channel_stands_begins_with_what_comes() -> None:
    ledger = _told(_new(), 6)
    ledger.leave()

    ledger.answer(None, recovered=False)
    assert ledger.is_up_to_date
    ledger.take("b", 7)

    assert ledger.counts == NumberCounts(not_recovered=1)
    assert ledger.since == Position("b", 7)


def test_it_is_up_to_date_once_all_has_come_that_was_there_when_it_was_answered() -> None:
    ledger = _told(_new(), 6)
    ledger.leave()
    assert not ledger.is_up_to_date

    ledger.answer(Position("a", 8), recovered=True)
    assert not _told(ledger, 7).is_up_to_date
    assert _told(ledger, 8).is_up_to_date


def test_another_epoch_that_it_was_not_told_of_is_counted() -> None:
    ledger = _told(_new(), 6)

    ledger.take("b", 1)
    ledger.end(Position("c", 1))

    assert ledger.counts == NumberCounts(untold_epochs=2)


def test_counts_add_up() -> None:
    total = NumberCounts(lost=1)

    total.add(NumberCounts(lost=2, doubled=3, not_recovered=4, untold_epochs=5))

    assert total == NumberCounts(lost=3, doubled=3, not_recovered=4, untold_epochs=5)
