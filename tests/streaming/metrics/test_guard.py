"""Who may read the metrics of a process."""

from http import HTTPStatus

import pytest

from streaming.metrics.guard import MetricsAccess, MetricsGuard

_TOKEN = "a token of enough characters"


def guard(access: MetricsAccess, token: str = _TOKEN) -> MetricsGuard:
    return MetricsGuard(access=access, token=token)


def test_nobody_may_where_they_are_off() -> None:
    headers = {"authorization": f"Bearer {_TOKEN}"}
    assert guard(MetricsAccess.OFF).refusal(headers, "127.0.0.1") is HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_where_they_are_local(peer: str) -> None:
    assert guard(MetricsAccess.LOCAL).refusal({"host": "anything"}, peer) is None


@pytest.mark.parametrize("peer", ["10.0.0.1", "203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1", "", "localhost"])
def test_nobody_else_may_where_they_are_local(peer: str) -> None:
    headers = {"authorization": f"Bearer {_TOKEN}"}
    assert guard(MetricsAccess.LOCAL).refusal(headers, peer) is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"])
def test_what_a_proxy_of_this_machine_hands_on_is_from_elsewhere(header: str) -> None:
    assert guard(MetricsAccess.LOCAL).refusal({header: "127.0.0.1"}, "127.0.0.1") is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_whoever_has_the_token_may_from_anywhere(scheme: str) -> None:
    assert guard(MetricsAccess.TOKEN).refusal({"authorization": f"{scheme} {_TOKEN}"}, "203.0.113.9") is None


@pytest.mark.parametrize("shown", ["", _TOKEN, "Bearer", "Bearer ", f"Bearer {_TOKEN}x", f"Basic {_TOKEN}", "Bearer ü"])
def test_nobody_may_with_another_token(shown: str) -> None:
    assert guard(MetricsAccess.TOKEN).refusal({"authorization": shown}, "127.0.0.1") is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("token", ["", "too short"])
def test_no_token_is_no_password_that_everybody_has(token: str) -> None:
    refused = guard(MetricsAccess.TOKEN, token).refusal({"authorization": f"Bearer {token}"}, "127.0.0.1")
    assert refused is HTTPStatus.FORBIDDEN
