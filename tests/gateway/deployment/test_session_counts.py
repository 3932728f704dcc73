"""Why a connection has ended."""

import pytest

from streaming.gateway.close_reasons import DISCONNECTED, SERVER_STOPS
from streaming.gateway.deployment.session_counts import Disconnection, disconnection_of
from streaming.gateway.errors import PING_TIMEOUT, CloseCode


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (CloseCode.SLOW_CONSUMER, Disconnection.SLOW_CONSUMER),
        (CloseCode.HEARTBEAT_TIMEOUT, Disconnection.HEARTBEAT_TIMEOUT),
        (CloseCode.UNAUTHORISED, Disconnection.UNAUTHORISED),
        (CloseCode.RATE_LIMITED, Disconnection.RATE_LIMITED),
        (CloseCode.SERVICE_RESTART, Disconnection.SERVER_STOP),
        (CloseCode.NORMAL, Disconnection.SERVER_STOP),
    ],
)
def test_what_we_closed_counts_by_our_code_whatever_came_of_it(code: int, reason: Disconnection) -> None:
    assert [disconnection_of(code, told) for told in (None, 1000, 1005, 1006, code)] == [reason] * 5


def test_what_staff_have_ended_is_no_stop_of_the_server() -> None:
    code, reason = DISCONNECTED.told
    assert disconnection_of(code, 1000, reason) is Disconnection.OPERATOR
    assert disconnection_of(code, 1000, SERVER_STOPS) is Disconnection.SERVER_STOP


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (None, Disconnection.LOST),
        (1005, Disconnection.LOST),
        (1006, Disconnection.LOST),
        (1000, Disconnection.CLIENT),
        (1001, Disconnection.CLIENT),
        (4999, Disconnection.CLIENT),
        (PING_TIMEOUT, Disconnection.PING_TIMEOUT),
        (1002, Disconnection.PROTOCOL_ERROR),
        (CloseCode.INVALID_DATA, Disconnection.PROTOCOL_ERROR),
        (CloseCode.MESSAGE_TOO_BIG, Disconnection.PROTOCOL_ERROR),
        (CloseCode.SERVICE_RESTART, Disconnection.SERVER_STOP),
    ],
)
def test_what_we_did_not_close_counts_by_what_the_server_was_told(told: int | None, reason: Disconnection) -> None:
    assert disconnection_of(None, told) is reason
