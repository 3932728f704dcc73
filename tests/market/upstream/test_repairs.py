"""How often a broken stream is subscribed again."""

from streaming.market.upstream.repairs import Repairs
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock


@rule("K.10")
def test_a_stream_is_repaired_three_times_in_a_minute_at_most_and_others_don_t_count(clock: ManualClock) -> None:
    repairs = Repairs(clock)
    assert [repairs.admit("a") for _ in range(4)] == [True, True, True, False]
    assert repairs.admit("b")
    clock.advance(59.0)
    assert not repairs.admit("a")
    clock.advance(1.0)
    assert repairs.admit("a")
