"""Ids that users see: short, in one piece, and not to be guessed."""

import secrets

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH = 12
_BITS = 5
_LAST = (1 << _BITS) - 1


def new_id(prefix: str) -> str:
    """Return a new id, such as `ord_k3xw7a2bqpzm`: 60 random bits in base 32 (RFC 4648, 6)."""
    return prefix + id_text(secrets.randbits(_BITS * _LENGTH))


def id_text(bits: int) -> str:
    """Return the lowest 60 bits of a number as an id is written, without its prefix."""
    return "".join(_ALPHABET[bits >> _BITS * place & _LAST] for place in range(_LENGTH))
