from decimal import Decimal

import msgspec

from streaming.commands.outcome import CommandErrorCode, Failure, Success
from streaming.gateway.dialects.outcomes import outcome_fields
from streaming.numbers import json_number


def test_it_writes_a_success_with_its_data() -> None:
    outcome = Success({"status": "starting", "lines": [json_number(Decimal("1E-8"))], "nothing": None})
    assert msgspec.json.encode(outcome_fields(outcome)) == (
        b'{"success":true,"data":{"status":"starting","lines":[0.00000001],"nothing":null}}'
    )


def test_it_writes_a_failure_and_names_the_wrong_parameters() -> None:
    wrong = "upper_price must be greater than lower_price"
    failure = Failure(CommandErrorCode.VALIDATION_ERROR, wrong, {"upper_price": wrong})
    assert outcome_fields(failure) == {
        "success": False,
        "error": {"code": "VALIDATION_ERROR", "message": wrong, "fields": {"upper_price": wrong}},
    }


def test_it_leaves_fields_out_where_no_parameter_is_wrong() -> None:
    failure = Failure(CommandErrorCode.UNAVAILABLE, "Not available yet")
    assert outcome_fields(failure) == {
        "success": False,
        "error": {"code": "UNAVAILABLE", "message": "Not available yet"},
    }
