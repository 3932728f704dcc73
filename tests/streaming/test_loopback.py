"""Which addresses are this machine's own."""

import pytest

from streaming.loopback import is_loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/api",
        "ws://localhost",
        "http://[::1]:5",
        "http://[::ffff:127.0.0.1]/",
        "wss://127.9.9.9/x",
    ],
)
def test_it_knows_the_loopback(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize("url", ["https://data-api.binance.vision", "http://10.0.0.1", "http://localhost.example", ""])
def test_it_takes_no_other_for_it(url: str) -> None:
    assert not is_loopback(url)
