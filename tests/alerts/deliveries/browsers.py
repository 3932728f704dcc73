"""A browser that takes pushes: it has keys, and reads what was encrypted for it (RFC 8291)."""

import base64
import json
import secrets
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from alerts.deliveries.message import PushAddress
from tests.alerts.deliveries.http_receiver import Received

_CURVE = ec.SECP256R1()


class Browser:
    """A subscription at an endpoint."""

    def __init__(self, endpoint: str) -> None:
        self._key = ec.generate_private_key(_CURVE)
        self._auth = secrets.token_bytes(16)
        self.endpoint = endpoint

    def subscription(self) -> dict[str, Any]:
        """Return what `PushSubscription.toJSON()` gives."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": base64url(point), "auth": base64url(self._auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def address(self, number: int = 1) -> PushAddress:
        """Return the same as a channel is given it."""
        return PushAddress(id=number, endpoint=self.endpoint, **self.subscription()["keys"])

    def read(self, request: Received) -> Any:
        """Decrypt what was pushed."""
        assert request.headers["content-encoding"] == "aes128gcm"
        text = http_ece.decrypt(request.body, private_key=self._key, auth_secret=self._auth, version="aes128gcm")
        return json.loads(text)


def claims_of(request: Received, public_key: str, audience: str) -> dict[str, Any]:
    """Return what the sender says of itself, checked with its public key (RFC 8292)."""
    scheme, _, rest = request.headers["authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, fields["k"]) == ("vapid", public_key)
    raw = base64.urlsafe_b64decode(public_key + "=" * (-len(public_key) % 4))
    key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw)
    claims: dict[str, Any] = jwt.decode(
        fields["t"], key, algorithms=["ES256"], audience=audience, options={"verify_exp": False}
    )
    return claims


def base64url(data: bytes) -> str:
    """Return bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
