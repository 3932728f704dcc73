"""The fields of a command's answer, which every dialect writes alike."""

from typing import Any

from streaming.commands.outcome import Outcome, Success


def outcome_fields(outcome: Outcome) -> dict[str, Any]:
    """Return `success` with `data`, or with `error`: its code, its message and, where there are any, the fields."""
    if isinstance(outcome, Success):
        return {"success": True, "data": dict(outcome.data)}
    error: dict[str, Any] = {"code": outcome.code.value, "message": outcome.message}
    if outcome.fields:
        error["fields"] = dict(outcome.fields)
    return {"success": False, "error": error}
