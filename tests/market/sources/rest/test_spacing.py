"""How far apart questions are."""

from streaming.market.sources.rest.spacing import Spacing
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock


@rule("C.19")
def test_each_question_has_its_moment_after_the_one_before(clock: ManualClock) -> None:
    spacing = Spacing(0.5, clock)
    assert [spacing.take() for _ in range(3)] == [0.0, 0.5, 1.0]
    clock.advance(10)
    assert [spacing.take() for _ in range(2)] == [0.0, 0.5]


def test_without_a_space_none_waits(clock: ManualClock) -> None:
    spacing = Spacing(0.0, clock)
    assert [spacing.take() for _ in range(2)] == [0.0, 0.0]
