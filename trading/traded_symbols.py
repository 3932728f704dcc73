"""Whether a symbol trades now: asked before a backtest runs on it, and before anything is ordered."""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.market.errors import MarketUnavailableError
from streaming.market.models import TRADING, Symbol
from streaming.market.selectors import symbol_fault


class NotTradingError(Exception):
    """A symbol is unknown, no longer listed, or not trading now; said in a sentence."""


def traded_symbol(name: str) -> Symbol:
    """Return a symbol that trades now; raise `NotTradingError` where it doesn't.

    Raise `CommandRefusedError` (UNAVAILABLE) while no symbols are known at all.
    """
    row = Symbol.objects.filter(name=name).first()
    if row is not None and row.status == TRADING:
        return row
    try:
        fault = symbol_fault(name)
    except MarketUnavailableError as error:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, error.message) from error
    status = "" if row is None else row.status
    raise NotTradingError(fault or f"{name} is not trading; its status is {status}")
