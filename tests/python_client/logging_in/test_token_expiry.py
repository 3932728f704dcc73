"""When a token ends, and is renewed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.python_client.json_web_tokens import json_web_token
from tidewire_client.logging_in.token_expiry import clock_ahead, expiry_in, renewal_wait


def test_it_reads_the_end_of_a_token() -> None:
    assert expiry_in(json_web_token({"exp": 1733486400, "userId": "7"})) == 1733486400


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b",
        "a.!.c",
        "a.eA.c",
        json_web_token([1]),
        json_web_token({}),
        json_web_token({"exp": "soon"}),
        json_web_token({"exp": True}),
        json_web_token({"exp": 10**400}),
        "é.é.é",
    ],
)
def test_a_token_without_a_readable_end_has_none(token: str) -> None:
    assert expiry_in(token) is None


@given(st.text(max_size=200))
def test_no_token_makes_it_fail(token: str) -> None:
    assert expiry_in(token) is None or "." in token


@pytest.mark.parametrize(
    ("left", "wait"), [(3600, 2880), (100, 80), (6, 4.8), (5, 4), (4, 3), (2, 1), (1.1, 0.25), (0, 0.25), (-99, 0.25)]
)
def test_it_is_renewed_at_80_per_cent_and_a_second_before_the_end(left: float, wait: float) -> None:
    assert renewal_wait(1000 + left, 1000) == pytest.approx(wait)


@pytest.mark.parametrize(("left", "wait"), [(300, 5), (7, 5), (6, 4.8), (2, 1), (1, 1), (-5, 1)])
def test_a_renewal_that_failed_is_tried_again_after_one_to_five_seconds_and_if_it_can_be_before_the_end(
    left: float, wait: float
) -> None:
    assert renewal_wait(1000 + left, 1000, has_failed=True) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("apparent", "took", "ahead"), [(5.0, 6.0, 0.0), (900.0, 6.0, 894.0), (-900.0, 6.0, -900.0), (0.01, 0.02, 0.0)]
)
def test_a_slow_answer_is_no_difference_between_two_clocks(apparent: float, took: float, ahead: float) -> None:
    assert clock_ahead(0.0, apparent, took) == ahead
    assert clock_ahead(ahead, apparent, took) == ahead
