"""What is a loss, and what is none: told of, not owed yet, or gone with the connection."""

from collections.abc import Iterable
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.market.instruments import INSTRUMENTS
from tests.soak.judging.judge import FALSELY_COMPLETE, UNTOLD, Finding, Verdict, WriteTimeout, is_owed_anything, judge
from tests.soak.judging.ledger import Ledger, Oddity
from tests.soak.judging.truth import Made, Truth
from tests.soak.judging.types import Feed, FeedKind, Item, Resync, Trouble

FEED = Feed(FeedKind.TRADES, "BTCUSDT")
PATIENCE = WriteTimeout(latency=1000, recovery=5000, last=300)
NOW = 100_000


def trade(second: int) -> Item:
    """Return the trade of a second, whose id is the second."""
    return Item(second, second * 1000, second * 1000, (Decimal(1),))


def truth(seconds: Iterable[int] = range(1, 100)) -> Truth:
    """Return that a trade was made in each of these seconds."""
    made = Truth(INSTRUMENTS)
    for second in seconds:
        made[FEED].add(trade(second))
    return made


def stay(seen: Iterable[int], *, resyncs: Iterable[Resync] = (), ended: int | None = None) -> Ledger:
    """Return a stay from second 1 on."""
    ledger = Ledger("w", FEED, 1000)
    for second in seen:
        ledger.take(trade(second), trade(second), second * 1000 + 10)
    for resync in resyncs:
        ledger.resync(resync)
    if ended is not None:
        ledger.end(ended * 1000, "closed 1012")
    return ledger


def without(*seconds: int, until: int = 99) -> list[int]:
    return [second for second in range(1, until + 1) if second not in seconds]


def verdict(ledger: Ledger, *troubles: Trouble, is_over: bool = False, now: int = NOW) -> Verdict:
    return judge([ledger], truth(), troubles, now=now, patience=PATIENCE, is_over=is_over)


def losses(found: Verdict) -> list[tuple[str, int, int]]:
    return [(one.what, one.first, one.last) for one in found.findings]


def test_who_saw_everything_lost_nothing() -> None:
    found = verdict(stay(without()))
    assert not found.findings
    assert (found.stays, found.owed, found.seen, found.told, found.lost) == (1, 98, 99, 0, 0)


def test_a_hole_is_a_loss_and_neighbours_are_one() -> None:
    found = verdict(stay(without(40, 41, 42, 60)))
    assert losses(found) == [(UNTOLD, 40, 42), (UNTOLD, 60, 60)]
    assert found.lost == 4
    assert "40 to 42 (3) made 00:00:40.000, witness w" in str(found.findings[0])


def test_a_channel_that_fell_silent_lost_all_the_rest() -> None:
    assert losses(verdict(stay(without(until=50)))) == [(UNTOLD, 51, 99)]


def test_what_was_told_of_is_no_loss() -> None:
    found = verdict(stay(without(40, 41), resyncs=[Resync(39_500, 41_000, complete=False, at=43_000)]))
    assert not found.findings
    assert (found.told, found.gaps) == (2, 1)


def test_a_gap_that_was_told_filled_and_is_not_is_a_loss() -> None:
    found = verdict(stay(without(40), resyncs=[Resync(39_500, 41_000, complete=True, at=43_000)]))
    assert losses(found) == [(FALSELY_COMPLETE, 40, 40)]


def test_one_that_says_it_was_not_filled_tells_it_all_the_same() -> None:
    resyncs = [Resync(39_500, 41_000, complete=False, at=43_000), Resync(39_000, 45_000, complete=True, at=46_000)]
    assert not verdict(stay(without(40), resyncs=resyncs)).findings


def test_nothing_is_owed_of_before_the_first_news() -> None:
    assert not verdict(stay(range(30, 100))).findings
    assert not verdict(stay([])).findings


def test_what_was_made_just_before_a_stay_ended_went_with_the_connection() -> None:
    assert not verdict(stay(without(until=49), ended=50)).findings
    assert losses(verdict(stay(without(until=45), ended=50))) == [(UNTOLD, 46, 49)]


def test_what_was_made_in_a_trouble_is_owed_only_when_there_was_time_to_recover() -> None:
    trouble = Trouble(40_000, 44_000)
    assert not verdict(stay(without(41, 42, 43, until=48), ended=48), trouble).findings
    left_later = verdict(stay(without(41, 42, 43, until=60), ended=60), trouble)
    assert losses(left_later) == [(UNTOLD, 41, 43)]


def test_troubles_that_follow_each_other_give_more_time() -> None:
    troubles = (Trouble(40_000, 44_000), Trouble(47_000, 55_000))
    assert PATIENCE.due(42_000, troubles) == 60_000
    assert PATIENCE.due(30_000, troubles) == 31_000
    assert PATIENCE.due(39_500, troubles) == 49_000 + 11_000  # too late to arrive before it


def test_patience_has_an_end_however_many_troubles_follow() -> None:
    troubles = [Trouble(start, start + 2000) for start in range(40_000, 90_000, 4000)]
    patience = WriteTimeout(latency=1000, recovery=5000, most=20_000)
    assert patience.due(41_000, troubles) == 61_000


def test_in_the_end_only_the_very_last_may_be_on_its_way() -> None:
    trouble = Trouble(97_000, 98_000)
    assert not verdict(stay(without(97)), trouble).findings
    assert losses(verdict(stay(without(97)), trouble, is_over=True)) == [(UNTOLD, 97, 97)]
    assert not verdict(stay(without(until=98)), is_over=True, now=99_200).findings
    assert losses(verdict(stay(without(until=98)), is_over=True, now=99_300)) == [(UNTOLD, 99, 99)]


def test_it_waits_for_what_may_still_come_and_not_for_what_was_told_lost() -> None:
    hole = stay(without(97))
    assert is_owed_anything(hole, truth(), now=NOW, patience=PATIENCE)
    hole.resync(Resync(96_500, 97_500, complete=False, at=98_000))
    assert not is_owed_anything(hole, truth(), now=NOW, patience=PATIENCE)


def test_disorder_is_the_exchange_s_own_only_in_a_trouble() -> None:
    late = stay([1, 2, 5, 4, *range(6, 100)])
    assert verdict(late).count(Oddity.DISORDER) == 1
    assert verdict(late, Trouble(3000, 5000)).count(Oddity.DISORDER) == 0


def test_doubles_are_found_whatever_was_wrong() -> None:
    double = stay([*without(), 50])
    [finding] = verdict(double, Trouble(45_000, 55_000)).findings
    assert isinstance(finding, Finding)
    assert (finding.what, finding.first) == (Oddity.DOUBLE, 50)


def test_verdicts_add_up() -> None:
    both = verdict(stay(without(40))) + verdict(stay(without(41)))
    assert (both.stays, both.seen, both.lost, len(both.findings)) == (2, 196, 2, 2)


@given(lost=st.sets(st.integers(2, 98)))
def test_whatever_is_missing_is_found(lost: set[int]) -> None:
    found = verdict(stay(without(*lost)))
    assert found.lost == len(lost)
    assert {key for one in found.findings for key in range(one.first, one.last + 1)} >= lost


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), max_size=8), st.integers(0, 10**6))
def test_trouble_never_shortens_patience(spans: list[tuple[int, int]], time: int) -> None:
    troubles = sorted((Trouble(start, start + length) for start, length in spans), key=lambda one: one.start)
    due = PATIENCE.due(time, troubles)
    assert due >= time + PATIENCE.latency
    assert all(PATIENCE.due(time, troubles[:count]) <= due for count in range(len(troubles)))


def test_it_finds_what_was_made_between_two_moments() -> None:
    made = Made()
    for second in (1, 2, 3):
        made.add(trade(second))
    assert [item.key for item in made.between(1000, 3000)] == [2, 3]
    assert made.get(4) is None
