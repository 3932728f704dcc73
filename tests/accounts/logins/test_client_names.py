"""What a client is called, by the headers that real ones send."""

import pytest

from accounts.logins.client_names import client_name
from accounts.logins.models import LONGEST_CLIENT_NAME

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 on Windows"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36", "Chrome 126 on Linux"),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36",
            "Chrome 126 on Android",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {_WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.68",
            "Edge 126 on Windows",
        ),
        (_IPHONE, "Safari 17 on iPhone"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} Novel/1.0", "A browser on Linux"),
        ("python-httpx/0.27.0", "python-httpx 0.27.0"),
        ("curl/8.5.0", "curl 8.5.0"),
        ("my trading bot", "my"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_it_names_the_program_and_where_it_runs(header: str, name: str) -> None:
    assert client_name(header) == name


@pytest.mark.parametrize(
    "header", ["x" * 10_000, "Mozilla/5.0 Firefox/" + "1" * 10_000 + " Linux", "\0\n\x7f", "a/\0b"]
)
def test_it_is_short_and_printable_whatever_is_sent(header: str) -> None:
    name = client_name(header)
    assert len(name) <= LONGEST_CLIENT_NAME
    assert name.isprintable()
