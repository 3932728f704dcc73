"""The deployment's VAPID key: by it a push service knows who pushes (RFC 8292)."""

import base64
import binascii
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from streaming.program import management_command

_PRIVATE_KEY_BYTES = 32
_DEFAULT_SUBJECT = "mailto:tidewire@localhost"
_GOOD_SECONDS = 12 * 3600  # push services refuse a signature that is good for more than a day
_CURVE = ec.SECP256R1()


class VapidKey:
    """A private key of P-256, as 32 bytes in URL-safe base64; raise `ValueError` for anything else."""

    def __init__(self, private_key: str, subject: str = _DEFAULT_SUBJECT) -> None:
        self._key = ec.derive_private_key(int.from_bytes(_private_bytes(private_key)), _CURVE)
        self._subject = subject

    @property
    def public_key(self) -> str:
        """The key that browsers ask for as `applicationServerKey`, in URL-safe base64."""
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _base64url(point)

    def authorization(self, endpoint: str, now_seconds: int) -> str:
        """Return the header by which we are known to the push service of `endpoint`."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now_seconds + _GOOD_SECONDS, "sub": self._subject}
        signed: dict[str, str] = Vapid02(self._key).sign(claims)
        return signed["Authorization"]


def vapid_key() -> VapidKey | None:
    """Return the key of the settings; None where web push is off."""
    if not settings.VAPID_PRIVATE_KEY:
        return None
    return VapidKey(settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT or _DEFAULT_SUBJECT)


def new_private_key() -> str:
    """Return a new private key for the settings."""
    number = ec.generate_private_key(_CURVE).private_numbers().private_value
    return _base64url(number.to_bytes(_PRIVATE_KEY_BYTES))


def _private_bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _PRIVATE_KEY_BYTES:
        command = management_command("make_vapid_key")
        raise ValueError(f"VAPID_PRIVATE_KEY must be 32 bytes in URL-safe base64, as `{command}` prints")
    return raw


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
