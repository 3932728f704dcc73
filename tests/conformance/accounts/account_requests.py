"""Requests about accounts, and how they are refused."""

from tests.conformance.asking.http import Answer

AUTH = "/api/v1/auth/"


def assert_refused(answer: Answer, status: int, code: str, *, fields: set[str] | None = None) -> None:
    assert answer.status == status, answer
    error = answer.json["error"]
    assert set(answer.json) == {"error"}
    assert set(error) - {"fields"} == {"code", "message"}
    assert error["code"] == code
    assert isinstance(error["message"], str)
    assert set(error.get("fields", {})) == (fields or set())
    assert (status != 401) or answer.headers["WWW-Authenticate"].startswith("Bearer")
