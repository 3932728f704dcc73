"""An authenticator app: it knows the secret that it was given, and computes codes of its own (RFC 6238)."""

import base64
import hashlib
import hmac
import struct
import time

from django.http import HttpRequest

from accounts.models import User
from accounts.two_factor import services

STEP_SECONDS = 30


class Authenticator:
    """Shows the code of a secret in base 32, as it was shown to the user."""

    def __init__(self, secret: str) -> None:
        self._secret = base64.b32decode(secret)

    def code(self, *, steps: int = 0) -> str:
        """Return the code of now, or that of `steps` of 30 s later."""
        counter = int(time.time()) // STEP_SECONDS + steps
        digest = hmac.digest(self._secret, struct.pack(">Q", counter), hashlib.sha1)
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
        return f"{number % 10**6:06}"

    def wrong_code(self) -> str:
        """Return a code that is that of no time near now."""
        near = {self.code(steps=steps) for steps in range(-3, 4)}
        return next(code for code in (f"{number:06}" for number in range(8)) if code not in near)


def request_of_nobody() -> HttpRequest:
    """Return a request with what the lock-out asks of one: an address."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    return request


def turn_on(user: User, password: str) -> tuple[Authenticator, list[str]]:
    """Turn on two-factor of `user` with the code of the step before: that of now is still good."""
    enrolment = services.two_factor_begin(user=user, password=password, request=request_of_nobody())
    authenticator = Authenticator(enrolment.secret)
    codes = services.two_factor_confirm(user=user, code=authenticator.code(steps=-1))
    user.refresh_from_db()
    return authenticator, codes.recovery_codes
