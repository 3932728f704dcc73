"""Which firings are noise."""

from collections.abc import Iterable

import pytest

from alerts.firing.noise_limits import Noise, NoiseLimits

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_LIMITS = NoiseLimits(per_minute=10, per_hour=60, per_user=300)


def _told(noise: Noise, times: Iterable[int], *, rule: int = 1, owner: int = 1) -> int:
    """Return how many firings of a rule are told each by itself."""
    return sum(not noise.is_noise(rule, owner, time) for time in times)


def test_it_is_noise_beyond_so_many_in_a_minute() -> None:
    noise = Noise(_LIMITS)
    assert _told(noise, range(15)) == 10
    assert _told(noise, range(_MINUTE + 15, _MINUTE + 18)) == 3


@pytest.mark.parametrize("cooldown_ms", [6_000, 6_001, 30_000])
def test_it_is_noise_beyond_so_many_in_an_hour_however_long_it_cools_down(cooldown_ms: int) -> None:
    assert _told(Noise(_LIMITS), range(0, _HOUR, cooldown_ms)) == 60


def test_it_counts_the_rules_of_a_user_together_and_users_apart() -> None:
    noise = Noise(_LIMITS)
    rules = range(1, 501)
    told = sum(_told(noise, [minute * _MINUTE], rule=rule) for minute in range(3) for rule in rules)
    assert told == 300
    assert _told(noise, [3 * _MINUTE], rule=501, owner=2) == 1


def test_it_is_none_any_more_when_the_hour_is_over() -> None:
    noise = Noise(_LIMITS)
    assert _told(noise, range(0, _HOUR, 30_000)) == 60
    assert _told(noise, range(2 * _HOUR, 3 * _HOUR, 60_000)) == 60


def test_it_remembers_no_more_than_what_counts() -> None:
    noise = Noise(_LIMITS)
    for number in range(20_000):
        noise.is_noise(number, number, number * 1_000)
    assert noise.remembered <= 1024 + 2 * 2 * _HOUR // 1_000
