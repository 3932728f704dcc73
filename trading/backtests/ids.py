"""The names of backtests."""

from streaming.database.random_ids import new_id

PREFIX = "bt_"


def new_backtest_id() -> str:
    """Return the id of a new backtest, such as `bt_k3xw7a2bqpzm`."""
    return new_id(PREFIX)
