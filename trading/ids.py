"""The names of what users trade with: short, in one piece, and not to be guessed."""

from hashlib import blake2b

from streaming.database.random_ids import id_text, new_id

ACCOUNT_PREFIX = "acc_"
ORDER_PREFIX = "ord_"
GRID_PREFIX = "grid_"
STRATEGY_PREFIX = "strat_"
MODEL_PREFIX = "model_"
SIGNAL_PREFIX = "sig_"


def new_account_id() -> str:
    """Return the id of a new account."""
    return new_id(ACCOUNT_PREFIX)


def new_order_id() -> str:
    """Return the id of a new order."""
    return new_id(ORDER_PREFIX)


def new_grid_id() -> str:
    """Return the id of a new grid."""
    return new_id(GRID_PREFIX)


def new_strategy_id() -> str:
    """Return the id of a new strategy."""
    return new_id(STRATEGY_PREFIX)


def new_model_id() -> str:
    """Return the id of a new version of a model."""
    return new_id(MODEL_PREFIX)


def signal_id(strategy_id: str, number: int) -> str:
    """Return the id of a strategy's signal of that number; from it nobody learns which strategy that is."""
    digest = blake2b(f"{strategy_id}.{number}".encode(), digest_size=8).digest()
    return SIGNAL_PREFIX + id_text(int.from_bytes(digest))
