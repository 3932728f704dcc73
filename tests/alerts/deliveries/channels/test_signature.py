"""How a webhook is signed."""

import hashlib
import hmac

from alerts.deliveries.channels.webhook.signature import signature


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
