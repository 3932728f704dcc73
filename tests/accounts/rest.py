"""Asking the REST interface as a program does, and what every refusal of it looks like."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.tokens.json_web_tokens import pair_issue

JSON = "application/json"


def post(path: str, body: Any = None, *, content_type: str = JSON, user: User | None = None, **headers: str) -> Any:
    """Post `body` (bytes as they are, all else as JSON) to a path below `/api/v1/`, as `user` where one is given."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic("POST", f"/api/v1/{path}", data, content_type, headers={**bearer(user), **headers})


def get(path: str, *, user: User | None = None, **headers: str) -> Any:
    """Get a path below `/api/v1/`, as `user` where one is given."""
    return Client().get(f"/api/v1/{path}", headers={**bearer(user), **headers})


def bearer(user: User | None) -> dict[str, str]:
    """Return the header that logs `user` in."""
    return {} if user is None else {"Authorization": f"Bearer {pair_issue(user=user).access}"}


def assert_refused(response: HttpResponse, http_status: int, code: str, *fields: str) -> None:
    """Check the one shape of errors, its code, and that exactly `fields` are named."""
    assert response.status_code == http_status, response.content
    assert response.headers["Content-Type"] == JSON
    body = json.loads(response.content)
    assert set(body) == {"error"}
    assert set(body["error"]) - {"fields"} == {"code", "message"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert set(body["error"].get("fields", ())) == set(fields)
    assert all(body["error"].get("fields", {}).values())


def assert_unauthenticated(response: HttpResponse) -> None:
    """Check a 401 in the one shape, with its challenge."""
    assert_refused(response, 401, "PERMISSION_DENIED")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
