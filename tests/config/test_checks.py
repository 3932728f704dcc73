"""What production refuses to start with."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.checks import refuse_unsafe_production

_DEFAULT_SECRET_KEY = "the key that everybody knows, long enough"
_GOOD: dict[str, Any] = {
    "environment": "production",
    "secret_key": "a key that only this deployment knows",
    "default_secret_key": _DEFAULT_SECRET_KEY,
    "demo": False,
    "hosts": ["tidewire.example"],
    "debug": False,
}


def _refusal_of(**settings: Any) -> str | None:
    try:
        refuse_unsafe_production(**{**_GOOD, **settings})
    except ImproperlyConfigured as refusal:
        return str(refusal)
    return None


def test_it_lets_a_production_with_its_own_settings_start() -> None:
    assert _refusal_of() is None


@pytest.mark.parametrize(
    ("setting", "value", "name"),
    [
        ("secret_key", _DEFAULT_SECRET_KEY, "SECRET_KEY"),
        ("secret_key", "", "SECRET_KEY"),
        ("secret_key", "x" * 31, "SECRET_KEY"),
        ("debug", True, "DEBUG"),
        ("demo", True, "DEMO"),
        ("hosts", [], "ALLOWED_HOSTS"),
    ],
)
def test_it_names_the_setting_that_production_may_not_have(setting: str, value: Any, name: str) -> None:
    refusal = _refusal_of(**{setting: value})
    assert refusal is not None
    assert refusal.startswith(name)


def test_it_never_shows_the_secret_key_that_it_refuses() -> None:
    refusal = _refusal_of(secret_key="short-secret")
    assert refusal is not None
    assert "short-secret" not in refusal


def test_it_lets_development_start_with_anything() -> None:
    unsafe = {"secret_key": _DEFAULT_SECRET_KEY, "demo": True, "debug": True, "hosts": []}
    assert _refusal_of(environment="development", **unsafe) is None
