"""API keys for tests."""

from datetime import datetime
from typing import Any

from django.test import Client

from accounts.api_keys.services import api_key_create
from accounts.models import User
from streaming.identity.scopes import Scope


def key_of(user: User, *scopes: Scope, expires_at: datetime | None = None) -> str:
    """Return the text of a new key; of all scopes, where none is given."""
    return api_key_create(user=user, name="bot", scopes=scopes or tuple(Scope), expires_at=expires_at)[1]


def ask(method: str, path: str, key: str, body: Any = None) -> Any:
    """Ask an address below `/api/v1/` with a key."""
    return Client().generic(
        method,
        f"/api/v1/{path}",
        b"" if body is None else body,
        "application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
