from benchmarks.load.returning.number_meanings import NumberMeanings


def _meanings(*told: tuple[str, int, int]) -> NumberMeanings:
    meanings = NumberMeanings()
    for epoch, seq, trade_id in told:
        meanings.take(b"trades:A", epoch, seq, trade_id)
    return meanings


def _wrong(meanings: NumberMeanings) -> tuple[int, int, int]:
    return meanings.differing, meanings.repeated, meanings.never_told


def test_nothing_is_wrong_where_all_clients_are_told_the_same_in_whatever_order() -> None:
    assert _wrong(_meanings(("a", 1, 100), ("a", 1, 100), ("a", 2, 102), ("a", 3, 101), ("a", 2, 102))) == (0, 0, 0)


def test_a_number_that_stands_for_two_trades_is_found() -> None:
    assert _wrong(_meanings(("a", 1, 100), ("a", 2, 101), ("a", 1, 101))) == (1, 0, 0)


def test_a_trade_that_an_epoch_tells_twice_is_found_but_another_epoch_may_tell_it_again() -> None:
    assert _wrong(_meanings(("a", 1, 100), ("a", 2, 100))) == (0, 1, 0)
    assert _wrong(_meanings(("a", 1, 100), ("b", 1, 100), ("b", 1, 100))) == (0, 0, 0)


def test_a_trade_that_nobody_was_told_is_found() -> None:
    assert _wrong(_meanings(("a", 1, 100), ("a", 2, 103))) == (0, 0, 2)


def test_each_channel_has_trades_of_its_own() -> None:
    meanings = _meanings(("a", 1, 100))

    meanings.take(b"trades:B", "a", 1, 500)

    assert _wrong(meanings) == (0, 0, 0)
