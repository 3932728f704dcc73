"""How a secret lies in the database: encrypted with a key that is derived from SECRET_KEY, which isn't stored there.

So whoever reads a backup or the table can compute no code. Secrets encrypted with one of SECRET_KEY_FALLBACKS can still
be read; one whose key is gone can't, and its user needs a recovery code or the admin.
"""

import base64

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"accounts.two_factor"
_KEY_BYTES = 32

log = structlog.get_logger(__name__)


def encrypted(secret: bytes) -> str:
    """Return `secret` as it is stored."""
    return _keys().encrypt(secret).decode()


def decrypted(text: str) -> bytes | None:
    """Return the secret that was stored as `text`; None, and an error in the log, where no key of today opens it."""
    try:
        return _keys().decrypt(text)
    except InvalidToken:
        log.exception("two_factor_secret_unreadable", hint="SECRET_KEY was changed: SECRET_KEY_FALLBACKS lacks the old")
        return None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str | bytes) -> bytes:
    """Return a key of its own for this purpose (RFC 5869): a weakness here says nothing about signatures."""
    material = key.encode() if isinstance(key, str) else key
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return base64.urlsafe_b64encode(derivation.derive(material))
