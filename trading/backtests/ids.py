"""The names of backtests: short, in one piece, and not to be guessed."""

import secrets

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_LENGTH = 12
PREFIX = "bt_"


def new_backtest_id() -> str:
    """Return a new id, such as `bt_k3xw7a2bqpzm`: 60 random bits in base 32 (RFC 4648, 6)."""
    return PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
