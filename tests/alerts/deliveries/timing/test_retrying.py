"""The waits between attempts."""

import random

from hypothesis import given
from hypothesis import strategies as st

from alerts.deliveries.timing.retrying import RetryRules, retry_wait

RULES = RetryRules(attempts=8, first_seconds=5, longest_seconds=100)


def test_it_waits_longer_with_each_attempt_up_to_the_longest_wait() -> None:
    chance = random.Random(1)
    for attempts, doubled in enumerate([5, 10, 20, 40, 80, 100, 100], start=1):
        wait = retry_wait(RULES, attempts, chance=chance)
        assert wait is not None
        assert doubled * 0.75 <= wait <= doubled * 1.25


def test_it_gives_up_after_the_last_attempt() -> None:
    assert retry_wait(RULES, 8, chance=random.Random(1)) is None
    assert retry_wait(RULES, 9, chance=random.Random(1)) is None


def test_it_does_not_try_together_what_failed_together() -> None:
    chance = random.Random(1)
    assert len({retry_wait(RULES, 1, chance=chance) for _ in range(100)}) == 100


def test_it_waits_as_long_as_the_receiver_asks_within_reason() -> None:
    assert retry_wait(RULES, 1, pause_seconds=60, chance=random.Random(1)) == 60
    assert retry_wait(RULES, 1, pause_seconds=86_400, chance=random.Random(1)) == 100


@given(st.integers(1, 32_767), st.floats(0, 1e12), st.integers())
def test_it_always_waits_for_a_bounded_time_or_gives_up(attempts: int, pause: float, seed: int) -> None:
    rules = RetryRules(attempts=40_000, first_seconds=5, longest_seconds=100)
    wait = retry_wait(rules, attempts, pause_seconds=pause, chance=random.Random(seed))
    assert wait is not None
    assert 0 < wait <= 125
