"""How long the exchange asks to wait."""

import pytest

from streaming.market.sources.rest.retry_after import LONGEST_WAIT_SECONDS, retry_after_seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("9" * 400, LONGEST_WAIT_SECONDS),
        (None, 60.0),
        ("", 60.0),
        ("-5", 60.0),
        ("1.5", 60.0),
        ("\u0663", 60.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 60.0),
    ],
)
def test_it_reads_seconds_and_nothing_else(header: str | None, seconds: float) -> None:
    assert retry_after_seconds(header, otherwise=60.0) == seconds
