import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec

from streaming.gateway.commands.outcome import CommandErrorCode, Failure, Success
from streaming.gateway.dialects.outcomes import outcome_fields
from streaming.gateway.dialects.times import epoch_time, iso_time
from streaming.numbers import json_number


def test_it_writes_a_success_with_its_data() -> None:
    outcome = Success({"grid_id": "grid_abc123", "status": "starting", "nothing": None})
    assert outcome_fields(outcome, iso_time) == {
        "success": True,
        "data": {"grid_id": "grid_abc123", "status": "starting", "nothing": None},
    }


def test_it_writes_numbers_of_any_depth_with_all_their_digits() -> None:
    tiny = Decimal("1E-8")
    outcome = Success({"a": tiny, "b": [{"c": (tiny, json_number(tiny))}]})
    written = msgspec.json.encode(outcome_fields(outcome, iso_time))
    assert written == (b'{"success":true,"data":{"a":0.00000001,"b":[{"c":[0.00000001,0.00000001]}]}}')


def test_it_writes_times_as_the_dialect_does() -> None:
    noon = datetime(2024, 12, 6, 12, 0, 0, 7000, tzinfo=UTC)
    elsewhere = noon.astimezone(timezone(timedelta(hours=9)))
    outcome = Success({"created": noon, "history": [elsewhere]})
    assert outcome_fields(outcome, iso_time)["data"] == {
        "created": "2024-12-06T12:00:00.007Z",
        "history": ["2024-12-06T12:00:00.007Z"],
    }
    assert outcome_fields(outcome, epoch_time)["data"] == {"created": 1733486400007, "history": [1733486400007]}


def test_it_writes_a_failure_and_names_the_wrong_parameters() -> None:
    wrong = "upper_price must be greater than lower_price"
    failure = Failure(CommandErrorCode.VALIDATION_ERROR, wrong, {"upper_price": wrong})
    assert json.loads(msgspec.json.encode(outcome_fields(failure, iso_time))) == {
        "success": False,
        "error": {"code": "VALIDATION_ERROR", "message": wrong, "fields": {"upper_price": wrong}},
    }


def test_it_leaves_fields_out_where_no_parameter_is_wrong() -> None:
    failure = Failure(CommandErrorCode.UNAVAILABLE, "Not available yet")
    assert outcome_fields(failure, iso_time) == {
        "success": False,
        "error": {"code": "UNAVAILABLE", "message": "Not available yet"},
    }
