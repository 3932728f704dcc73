"""Rules over REST."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from tests.accounts.rest import bearer, post
from tests.alerts.rules.refusals import RULE

RULES = "alerts/rules/"


def send(method: str, path: str, user: User | None, body: Any = None) -> Any:
    """Send a request with JSON."""
    data = b"" if body is None else json.dumps(body).encode()
    return Client().generic(method, f"/api/v1/{path}", data, "application/json", headers=bearer(user))


def body_of(response: HttpResponse) -> Any:
    """Return what an answer says."""
    return json.loads(response.content)


def create(user: User, **changes: Any) -> dict[str, Any]:
    """Make a rule."""
    response = post(RULES, RULE | changes, user=user)
    assert response.status_code == 201, response.content
    rule: dict[str, Any] = body_of(response)
    return rule
