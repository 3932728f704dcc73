"""How a webhook is signed, so that its receiver knows that it is ours, and not an old one sent again. Pure."""

import hashlib
import hmac

SIGNATURE_HEADER = "X-Tidewire-Signature"
_SCHEME = "v1"


def signature(secret: str, seconds: int, body: bytes) -> str:
    """Return the header's value, `t=<seconds>,v1=<hex>`: HMAC-SHA256 with the secret of `<seconds>.<body>`.

    `seconds` is the time of sending since the epoch; a receiver refuses one that is minutes old.
    """
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},{_SCHEME}={digest.hexdigest()}"
