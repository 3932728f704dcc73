"""The fields of a command's answer, which every dialect writes alike but for its times."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from streaming.gateway.commands.outcome import Outcome, Success
from streaming.gateway.dialects.times import WriteTime
from streaming.numbers import json_number

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def outcome_fields(outcome: Outcome, time: WriteTime) -> dict[str, Any]:
    """Return `success` with `data`, or with `error`: its code, its message and, where there are any, the fields.

    In `data`, a `Decimal` becomes a JSON number with all its digits, and a `datetime` (with a zone) a time
    as the dialect writes it.
    """
    if isinstance(outcome, Success):
        return {"success": True, "data": _ready(outcome.data, time)}
    error: dict[str, Any] = {"code": outcome.code.value, "message": outcome.message}
    if outcome.fields:
        error["fields"] = dict(outcome.fields)
    return {"success": False, "error": error}


def _ready(value: Any, time: WriteTime) -> Any:
    match value:
        case Decimal():
            return json_number(value)
        case datetime():
            return time((value - _EPOCH) // _MILLISECOND)
        case Mapping():
            return {name: _ready(inner, time) for name, inner in value.items()}
        case list() | tuple():
            return [_ready(inner, time) for inner in value]
        case _:
            return value
