"""The names of wallets: short, in one piece, and not to be guessed."""

from streaming.database.random_ids import new_id

WALLET_PREFIX = "wallet_"


def new_wallet_id() -> str:
    """Return the id of a new wallet."""
    return new_id(WALLET_PREFIX)
