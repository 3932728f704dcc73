"""What links in mails begin with."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.public_url import public_url

_PRODUCTION, _DEVELOPMENT = "production", "development"


@pytest.mark.parametrize(
    ("given", "hosts", "environment", "url"),
    [
        ("https://prices.example.com/", [], _PRODUCTION, "https://prices.example.com"),
        ("http://127.0.0.1:8123", ["prices.example.com"], _PRODUCTION, "http://127.0.0.1:8123"),
        ("https://example.com/prices", [], _DEVELOPMENT, "https://example.com/prices"),
        ("", ["prices.example.com", "other.example.com"], _PRODUCTION, "https://prices.example.com"),
        ("", [".example.com"], _PRODUCTION, "https://example.com"),
        ("", ["*"], _PRODUCTION, "http://127.0.0.1:8000"),
        ("", ["prices.example.com"], _DEVELOPMENT, "http://127.0.0.1:8000"),
    ],
)
def test_it_is_what_the_operator_says_or_serves(given: str, hosts: list[str], environment: str, url: str) -> None:
    assert public_url(given, hosts=hosts, environment=environment) == url


@pytest.mark.parametrize("given", ["prices.example.com", "ftp://a.example", "https://", "https://a.example/?a=b#c"])
def test_it_refuses_what_is_no_address(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        public_url(given, hosts=[], environment=_PRODUCTION)
