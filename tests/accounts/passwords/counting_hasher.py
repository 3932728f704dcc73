"""A password hasher that is quick and counts its work, for tests that ask how much a login costs."""

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    """MD5, counted."""

    algorithm = "counted"
    hashes = 0

    def encode(self, password: str, salt: str) -> str:
        """Hash, and count it."""
        type(self).hashes += 1
        return super().encode(password, salt)
