from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streaming.gateway.limits import RateDecision, RateLimit

START = 1000.0


def test_it_accepts_what_is_within_the_rate() -> None:
    limit = RateLimit(100, 3)
    assert all(limit.admit(START + number / 100) is RateDecision.ACCEPT for number in range(1000))


def test_it_drops_the_message_after_the_last_one_allowed() -> None:
    limit = RateLimit(100, 3)
    verdicts = [limit.admit(START) for _ in range(103)]
    assert verdicts[:100] == [RateDecision.ACCEPT] * 100
    assert verdicts[100:] == [RateDecision.DROP_AND_TELL, RateDecision.DROP, RateDecision.DROP]


def test_it_tells_at_most_once_a_second() -> None:
    limit = RateLimit(10, 100)
    told = [
        moment / 100
        for moment in range(500)
        for _ in range(2)
        if limit.admit(START + moment / 100) is RateDecision.DROP_AND_TELL
    ]
    assert len(told) == 5
    assert all(later - earlier > 0.999 for earlier, later in pairwise(told))


def test_it_closes_whoever_goes_on_for_three_seconds() -> None:
    limit = RateLimit(10, 3)
    for moment in range(1000):
        verdicts = [limit.admit(START + moment / 100) for _ in range(2)]
        if RateDecision.CLOSE in verdicts:
            break
    assert 3.0 <= moment / 100 <= 3.2


def test_it_forgives_after_a_second_within_the_rate() -> None:
    limit = RateLimit(10, 3)
    verdicts = [limit.admit(START + second * 2.2) for second in range(20) for _ in range(15)]
    assert RateDecision.DROP_AND_TELL in verdicts
    assert RateDecision.CLOSE not in verdicts


@given(st.lists(st.floats(0, 0.5), max_size=300))
def test_it_never_accepts_more_than_the_rate_in_any_second(pauses: list[float]) -> None:
    limit, now, accepted = RateLimit(20, 3), START, list[float]()
    for pause in pauses:
        now += pause
        if limit.admit(now) is RateDecision.ACCEPT:
            accepted.append(now)
    for moment in accepted:
        within = sum(moment <= other < moment + 1 for other in accepted)
        assert within <= 20
