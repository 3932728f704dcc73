"""What production refuses to start with."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from config.checks import refuse_unsafe_production, refuse_unsafe_token_secrets, refuse_weak_key
from config.settings import DEFAULT_SECRET_KEY

_GOOD: dict[str, Any] = {
    "environment": "production",
    "secret_key": "a key that only this deployment knows",
    "demo": False,
    "hosts": ["tidewire.example", ".tidewire.example"],
    "csrf_origins": ["https://tidewire.example", "https://*.tidewire.example"],
    "socket_origins": ["https://desk.example", "http://127.0.0.1:8000"],
    "policy_additions": "img-src https://*.cdn.example data:; connect-src wss://stream.example:8443",
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
        ("secret_key", DEFAULT_SECRET_KEY, "SECRET_KEY"),
        ("secret_key", "", "SECRET_KEY"),
        ("secret_key", "x" * 31, "SECRET_KEY"),
        ("former_keys", ["a key that only this deployment knows", "s" * 64], "SECRET_KEY_FALLBACKS"),
        ("debug", True, "DEBUG"),
        ("demo", True, "DEMO"),
        ("hosts", [], "ALLOWED_HOSTS"),
        ("hosts", ["*"], "ALLOWED_HOSTS"),
        ("hosts", ["tidewire.example", "*"], "ALLOWED_HOSTS"),
        ("hosts", ["*.example"], "ALLOWED_HOSTS"),
        ("csrf_origins", ["*"], "CSRF_TRUSTED_ORIGINS"),
        ("csrf_origins", ["https://tidewire.example", "https://*"], "CSRF_TRUSTED_ORIGINS"),
        ("csrf_origins", ["https://*:8443"], "CSRF_TRUSTED_ORIGINS"),
        ("socket_origins", ["*"], "WS_ALLOWED_ORIGINS"),
        ("socket_origins", ["https://*"], "WS_ALLOWED_ORIGINS"),
        ("policy_additions", "img-src *", "CONTENT_SECURITY_POLICY_ADDITIONS"),
        ("policy_additions", "img-src https://a.example; connect-src wss://*", "CONTENT_SECURITY_POLICY_ADDITIONS"),
        ("policy_additions", "connect-src WSS:", "CONTENT_SECURITY_POLICY_ADDITIONS"),
        ("policy_additions", "img-src https://*:443/pictures", "CONTENT_SECURITY_POLICY_ADDITIONS"),
    ],
)
def test_it_names_the_setting_that_production_may_not_have(setting: str, value: Any, name: str) -> None:
    refusal = _refusal_of(**{setting: value})
    assert refusal is not None
    assert refusal.startswith(name)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x" * 31,
        "s" * 64,
        "abababababababababababababababababababab",
        "0123456789abcdef" * 4,
        "django-insecure-7y!k2m$x0q9(w8e7r6t5y4u3i2o1p0",
        "changeme-changeme-and-then-something-else-0815",
        DEFAULT_SECRET_KEY,
    ],
)
def test_it_refuses_a_key_that_somebody_could_guess(key: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^JWT_SECRET must ") as refusal:
        refuse_weak_key("JWT_SECRET", key)
    assert not key or key not in str(refusal.value)


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex, get_random_secret_key])
def test_it_takes_a_key_that_was_made_at_random(make: Callable[[], str]) -> None:
    refuse_weak_key("JWT_SECRET", make())


def test_it_never_shows_the_secret_key_that_it_refuses() -> None:
    refusal = _refusal_of(secret_key="short-secret")
    assert refusal is not None
    assert "short-secret" not in refusal


def test_it_lets_development_start_with_anything() -> None:
    unsafe = {"secret_key": DEFAULT_SECRET_KEY, "demo": True, "debug": True, "hosts": ["*"], "socket_origins": ["*"]}
    assert _refusal_of(environment="development", **unsafe) is None


@pytest.mark.parametrize(
    ("secret", "earlier", "refusal"),
    [
        ("", [], "JWT_SECRET must be set in production"),
        ("x" * 31, [], "JWT_SECRET must have at least 32 bytes"),
        (_GOOD["secret_key"], [], "JWT_SECRET must be another key than SECRET_KEY"),
        (secrets.token_hex(), ["s" * 64], "JWT_SECRETS_EARLIER must be random"),
        (secrets.token_hex(), [_GOOD["secret_key"]], "JWT_SECRETS_EARLIER must be another key than SECRET_KEY"),
    ],
    ids=["none", "short", "that of pages", "an earlier one that is weak", "an earlier one of pages"],
)
def test_it_lets_no_token_be_signed_by_a_key_that_is_known_or_another(
    secret: str, earlier: list[str], refusal: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{refusal}"):
        refuse_unsafe_token_secrets(secret, earlier, other_keys=[_GOOD["secret_key"]])


def test_it_takes_secrets_of_tokens_that_were_made_at_random() -> None:
    refuse_unsafe_token_secrets(secrets.token_hex(), [secrets.token_hex()], other_keys=[_GOOD["secret_key"]])
