"""A password hasher for which there never is room: for tests of who is told so."""

from django.contrib.auth.hashers import MD5PasswordHasher

from accounts.errors import PasswordHashingBusyError
from accounts.passwords.hashing import Bounded


class BusyHasher(Bounded, MD5PasswordHasher):
    """Refuses, as where as many wait as may."""

    algorithm = "busy"

    def encode(self, password: str, salt: str, *parameters: object) -> str:
        """Refuse."""
        raise PasswordHashingBusyError


BUSY_HASHER = f"{__name__}.{BusyHasher.__name__}"
"""For PASSWORD_HASHERS."""
