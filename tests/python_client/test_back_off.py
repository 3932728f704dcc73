"""How long to wait, and whether to go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewire_client import BackOff, Next, after_close, delay_of
from tidewire_client.back_off import LONGEST_DELAY, after
from tidewire_client.errors import (
    ConnectionClosedError,
    DialectRefusedError,
    HandshakeRefusedError,
    OpenTimeoutError,
    TokenRefusedError,
    UnreachableError,
)


@pytest.mark.parametrize(("attempt", "longest"), [(0, 1), (1, 2), (2, 4), (4, 16), (5, 30), (6, 30), (10_000, 30)])
def test_the_wait_doubles_up_to_30_seconds_and_half_of_it_is_random(attempt: int, longest: float) -> None:
    assert delay_of(attempt, lambda: 0.0) == longest
    assert delay_of(attempt, lambda: 1.0) == longest / 2


@given(st.integers(min_value=0), st.floats(min_value=0, max_value=1))
def test_the_wait_is_never_longer_than_30_nor_shorter_than_half_a_second(attempt: int, uniform: float) -> None:
    assert 0.5 <= delay_of(attempt, lambda: uniform) <= LONGEST_DELAY


@pytest.mark.parametrize(
    ("code", "reason", "then"),
    [
        (1000, "Server shutting down", Next.SOON),
        (1000, "", Next.STOP),
        (1001, "", Next.SOON),
        (1005, "", Next.RETRY),
        (1006, "", Next.RETRY),
        (1002, "", Next.RETRY),
        (1003, "", Next.RETRY),
        (1007, "", Next.RETRY),
        (1008, "", Next.RETRY),
        (1009, "", Next.STOP),
        (1011, "", Next.RETRY),
        (1012, "", Next.SOON),
        (4000, "", Next.RETRY),
        (4401, "Token expired", Next.STOP),
        (4408, "", Next.RETRY),
        (4429, "", Next.WAIT),
        (4999, "", Next.RETRY),
    ],
)
def test_each_close_code_asks_for_what_the_contract_says(code: int, reason: str, then: Next) -> None:
    assert after_close(code, reason) is then


def test_after_4401_a_function_that_gives_tokens_is_asked_again() -> None:
    assert after_close(4401, "Token expired", can_renew=True) is Next.RETRY


def test_each_error_asks_for_what_the_contract_says() -> None:
    assert after(ConnectionClosedError(1012)) is Next.SOON
    assert after(TokenRefusedError("no", status=401)) is Next.STOP
    assert after(DialectRefusedError("ws://here", "zigquant-v2")) is Next.STOP
    assert after(HandshakeRefusedError(403, "", {})) is Next.STOP
    assert after(HandshakeRefusedError(429, "", {})) is Next.WAIT
    assert after(HandshakeRefusedError(503, "", {})) is Next.RETRY
    assert after(UnreachableError("ws://here", ConnectionRefusedError())) is Next.RETRY
    assert after(OpenTimeoutError("ws://here", 10)) is Next.RETRY


@pytest.mark.parametrize(
    ("code", "then"),
    [
        ("authentication_failed", Next.STOP),
        ("authentication_required", Next.STOP),
        ("forbidden", Next.STOP),
        ("unavailable", Next.RETRY),
        ("rate_limited", Next.WAIT),
        ("of a later server", Next.RETRY),
    ],
)
def test_only_a_token_that_is_no_good_is_not_tried_again(code: str, then: Next) -> None:
    assert after(TokenRefusedError("no", code=code)) is then


def test_it_ends_after_the_maximum() -> None:
    back_off = BackOff(2, uniform=lambda: 0.0)
    assert [back_off.next_delay(Next.RETRY, 0) for _ in range(4)] == [1, 2, None, None]


def test_a_connection_that_lasted_starts_the_count_anew() -> None:
    back_off = BackOff(3, uniform=lambda: 0.0, stable_after=5.0)
    assert [back_off.next_delay(Next.RETRY, 0) for _ in range(2)] == [1, 2]
    back_off.lasted(4.9)
    assert back_off.attempts == 2
    back_off.lasted(5.0)
    assert back_off.next_delay(Next.RETRY, 0) == 1


def test_for_30_seconds_after_a_restart_attempts_come_soon_and_do_not_count() -> None:
    back_off = BackOff(1, uniform=lambda: 0.25)
    assert back_off.next_delay(Next.SOON, 100.0) == 0.75
    assert [back_off.next_delay(Next.RETRY, now) for now in (101.0, 115.0, 129.9)] == [0.75] * 3
    assert back_off.attempts == 0
    assert back_off.next_delay(Next.RETRY, 130.0) == 0.875
    assert back_off.next_delay(Next.RETRY, 131.0) is None


def test_a_restart_is_over_once_the_client_is_ready_again() -> None:
    back_off = BackOff(uniform=lambda: 0.0)
    assert back_off.next_delay(Next.SOON, 0.0) == 0.5
    back_off.opened()
    assert back_off.next_delay(Next.RETRY, 1.0) == 1


def test_where_the_client_was_too_fast_it_waits_long_also_in_a_restart() -> None:
    back_off = BackOff(uniform=lambda: 0.0)
    back_off.next_delay(Next.SOON, 0.0)
    assert back_off.next_delay(Next.WAIT, 1.0) == LONGEST_DELAY


@pytest.mark.parametrize("then", list(Next))
def test_with_a_maximum_of_none_at_all_there_is_no_attempt(then: Next) -> None:
    assert BackOff(0).next_delay(then, 0.0) is None
