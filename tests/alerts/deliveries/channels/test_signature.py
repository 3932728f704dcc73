"""How a webhook is signed."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest

from alerts.deliveries.channels.webhook.signature import signature
from tests.processes import ROOT


def test_it_signs_the_time_and_the_body_with_the_secret() -> None:
    digest = hmac.new(b"secret", b'1700000000.{"a":1}', hashlib.sha256).hexdigest()
    assert signature("secret", 1_700_000_000, b'{"a":1}') == f"t=1700000000,v1={digest}"


def test_it_differs_with_each_of_them() -> None:
    signatures = {
        signature("secret", 1, b"body"),
        signature("other", 1, b"body"),
        signature("secret", 2, b"body"),
        signature("secret", 1, b"other"),
    }
    assert len(signatures) == 4


def _documented_check() -> Callable[..., bool]:
    """Return the function that docs/deliveries.md gives to receivers."""
    text = (ROOT / "docs" / "deliveries.md").read_text(encoding="utf-8")
    known: dict[str, Any] = {"hashlib": hashlib, "hmac": hmac}
    exec(text.split("```python\n")[1].split("```")[0], known)  # noqa: S102 - our own documentation
    check: Callable[..., bool] = known["is_ours"]
    return check


def test_it_is_checked_as_the_documentation_says() -> None:
    is_ours, header = _documented_check(), signature("secret", 1000, b"body")
    assert is_ours("secret", header, b"body", 1001.5)
    assert not is_ours("secret", header, b"other", 1001.5)
    assert not is_ours("other", header, b"body", 1001.5)
    assert not is_ours("secret", header, b"body", 1400.0)
    assert not is_ours("secret", header, b"body", 600.0)


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        "=",
        "t",
        "t=1000",
        "v1=00",
        "t=,v1=",
        "t=1000,v1",
        "t=x,v1=00",
        "t=-1000,v1=00",
        "t=1_000,v1=00",
        "t=1000.0,v1=00",
        "t=\u0661\u0660\u0660\u0660,v1=00",
        f"t={'9' * 5000},v1=00",
        "t=1000,v1=\xe9",
        "t=1000,v1=\ud800",
        "t=1000,v1=00,v1=01,t=1000",
        "," * 10_000,
    ],
)
def test_the_documented_check_refuses_a_malformed_header_without_an_exception(header: str) -> None:
    assert _documented_check()("secret", header, b"body", 1000.0) is False
