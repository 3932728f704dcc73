"""How the states of backtests look in the admin: their words, and the colour of their label."""

from trading.events import BacktestState
from trading.models import Backtest

_LABELS = {
    BacktestState.CREATED: "default",
    BacktestState.RUNNING: "info",
    BacktestState.COMPLETED: "success",
    BacktestState.CANCELLED: "warning",
    BacktestState.ERROR: "danger",
}
_CANCELLING = "Cancelling"
STATE_LABELS = {**{state.value.capitalize(): label for state, label in _LABELS.items()}, _CANCELLING: "warning"}
"""By the words, as a label of the panel asks for them."""


def state_words(backtest: Backtest) -> str:
    """Return the state; of one that runs, whether it is to end."""
    if backtest.state == BacktestState.RUNNING and backtest.is_cancelling:
        return _CANCELLING
    return str(backtest.get_state_display())
