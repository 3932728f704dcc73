"""The codes themselves: those of an authenticator app, and recovery codes. Knows no database and no clock of its own.

The only module that knows which library computes a code (django-otp) and which draws the QR code (segno).
"""

import base64
import secrets
from urllib.parse import quote, urlencode

import segno
from django_otp.oath import TOTP

from accounts.secret_digest import secret_digest

STEP_SECONDS = 30
"""How long an authenticator app shows a code (RFC 6238, 5.2)."""
STEPS_OF_DRIFT = 1
"""So many codes before and after the present one are taken, for clocks that differ and people who type (5.2)."""
RECOVERY_CODES = 10

_SECRET_BYTES = 20  # what RFC 4226, 4 recommends
_DIGITS = 6
_RECOVERY_BYTES = 10  # 80 bits: the digest may be known, and still nobody finds the code
_GROUP = 4
_ISSUER = "Tidewire"


def secret_new() -> bytes:
    """Return a new secret, to be shared with the authenticator app."""
    return secrets.token_bytes(_SECRET_BYTES)


def secret_in_words(secret: bytes) -> str:
    """Return the secret as one types it into an authenticator app (base 32, RFC 4648, 6)."""
    return base64.b32encode(secret).decode()


def enrolment_address(secret: bytes, account: str) -> str:
    """Return the `otpauth://` address that an authenticator app reads from a QR code, labelled with `account`."""
    parameters = {"secret": secret_in_words(secret), "issuer": _ISSUER, "digits": _DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(f'{_ISSUER}:{account}', safe='')}?{urlencode(parameters)}"


def qr_code(address: str) -> str:
    """Return the QR code of `address` as a picture (SVG) in a `data:` address, black on white with its quiet zone."""
    return segno.make(address, micro=False).svg_data_uri(scale=4, dark="#000", light="#fff", omitsize=False)


def step_of(secret: bytes, code: str, *, at: float, after: int) -> int | None:
    """Return the time step whose code `code` is, None where it is that of none.

    `at` is the time in seconds since the epoch. Only steps within the drift count, and later ones than `after`, the
    last whose code was used: a code works once (RFC 6238, 5.2).
    """
    if len(code) != _DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    totp = TOTP(secret, step=STEP_SECONDS, digits=_DIGITS)
    totp.time = at
    is_right = totp.verify(int(code), tolerance=STEPS_OF_DRIFT, min_t=after + 1)
    return int(totp.t()) if is_right else None


def recovery_codes_new() -> list[str]:
    """Return new recovery codes, such as `k7wd-3xqa-p5bn-mz2t`."""
    return [_grouped(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str) -> str:
    """Return what is stored of a recovery code; however it is grouped, and in any case."""
    return secret_digest(typed(code).lower())


def typed(code: str) -> str:
    """Return a code without the spaces and hyphens that people type."""
    return code.replace(" ", "").replace("-", "")


def _grouped(code: bytes) -> str:
    text = base64.b32encode(code).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))
