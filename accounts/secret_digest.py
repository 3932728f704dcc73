"""What is stored of a secret that somebody will show again: a ticket, a mailed link, a recovery code, an API key."""

import hashlib


def secret_digest(secret: str) -> str:
    """Return the SHA-256 of `secret`, in 64 hexadecimal digits; of any text that somebody may send, without an error.

    It needs no salt and no stretching, as these secrets are random and of 80 bits or more: nobody guesses them.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
