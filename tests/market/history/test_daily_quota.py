"""How much may be stored in a day."""

from streaming.market.history.daily_quota import DailyQuota
from tests.manual_clock import ManualClock


def test_it_allows_so_much_in_a_day_and_again_in_the_next() -> None:
    clock = ManualClock()
    quota = DailyQuota(clock)
    assert quota.take(60, per_day=100)
    clock.advance(24 * 60 * 60 - 1)
    assert not quota.take(41, per_day=100)
    assert quota.take(40, per_day=100)
    assert quota.take(0, per_day=100)
    clock.advance(1)
    assert quota.take(100, per_day=100)
    assert not quota.take(1, per_day=100)


def test_it_allows_nothing_where_nothing_is_to_be_stored() -> None:
    assert not DailyQuota(ManualClock()).take(1, per_day=0)
