"""What every dialect says alike, but for how it writes a time."""

from decimal import Decimal

import pytest

from streaming.commands.outcome import CommandErrorCode, Failure, Success
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.gateway.errors import authentication_failed, token_of_another_user
from streaming.identity.identity import Identity
from streaming.numbers import json_number
from tests.gateway.dialects.samples import ISO, MS, NOW, TIME, Written
from tests.gateway.dialects.samples.reading import read
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.parametrize(
    ("make", "written"), [(MarketDialect, ISO), (TradingDialect, MS), (ControlDialect, MS)]
)


@pytest.fixture
def dialect(make: type[MarketDialect | TradingDialect | ControlDialect]) -> Dialect:
    return make(ManualClock(NOW))


def test_it_writes_its_heartbeat(dialect: Dialect, written: Written) -> None:
    assert read(dialect.ping(NOW)) == {"type": "ping", "timestamp": written.now}
    assert read(dialect.pong(NOW)) == {"type": "pong", "timestamp": written.now}


def test_it_answers_logins(dialect: Dialect, written: Written) -> None:
    identity = Identity(user_id="42", username="trader", expires_at=TIME)
    assert read(dialect.logged_in(identity, NOW)) == {
        "type": "auth_result",
        "timestamp": written.now,
        "success": True,
        "data": {"user_id": "42", "expires_at": written.time},
    }
    assert read(dialect.login_refused(authentication_failed(), NOW)) == {
        "type": "auth_result",
        "timestamp": written.now,
        "success": False,
        "error": {"code": "authentication_failed", "message": "Authentication failed"},
    }
    assert read(dialect.login_refused(token_of_another_user(), NOW))["error"]["code"] == "forbidden"


def test_it_answers_commands_that_are_done(dialect: Dialect, written: Written) -> None:
    started = Success({"status": "starting", "lines": [json_number(Decimal("1E-8"))], "nothing": None})
    frame = dialect.response("cmd_001", started, NOW)
    assert b'"data":{"status":"starting","lines":[0.00000001],"nothing":null}' in frame.payload
    assert {name: value for name, value in read(frame).items() if name != "data"} == {
        "type": "response",
        "id": "cmd_001",
        "timestamp": written.now,
        "success": True,
    }


@pytest.mark.parametrize("fields", [{}, {"upper_price": "upper_price must be greater than lower_price"}])
def test_it_answers_commands_that_are_refused_and_names_the_wrong_parameters(
    dialect: Dialect, written: Written, fields: dict[str, str]
) -> None:
    refused = Failure(CommandErrorCode.VALIDATION_ERROR, "It is wrong", fields)
    named = {"fields": fields} if fields else {}
    assert read(dialect.response("cmd_001", refused, NOW)) == {
        "type": "response",
        "id": "cmd_001",
        "timestamp": written.now,
        "success": False,
        "error": {"code": "VALIDATION_ERROR", "message": "It is wrong", **named},
    }


def test_it_drops_no_answer(dialect: Dialect, written: Written) -> None:
    channels = ("price:BTCUSDT",)
    answers = [
        dialect.subscribed(channels, active=1, now_ms=NOW),
        dialect.unsubscribed(channels, active=0, now_ms=NOW),
        dialect.ping(NOW),
        dialect.pong(NOW),
        dialect.response("cmd_001", Success({}), NOW),
    ]
    assert all(answer.is_sequence and read(answer)["timestamp"] == written.now for answer in answers)
