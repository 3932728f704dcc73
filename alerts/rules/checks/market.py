"""What only the market and the clock can tell to be wrong with a rule."""

from datetime import datetime

from alerts.models import AlertRule
from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.commands.outcome import CommandErrorCode
from streaming.market.errors import MarketUnavailableError
from streaming.market.selectors import symbol_fault


def check_symbol_and_expiry(rule: AlertRule, now: datetime, *, symbol: bool = True, expires: bool = True) -> None:
    """Raise `WrongParametersError` for a symbol that is given but not listed, and for an expiry that has passed.

    Raise `CommandRefusedError` (UNAVAILABLE) while no symbols are known at all.
    """
    faults: dict[str, str] = {}
    if symbol and rule.symbol and (fault := _symbol_fault(rule.symbol)) is not None:
        faults["symbol"] = fault
    if expires and rule.expires_at is not None and rule.expires_at <= now:
        faults["expires"] = "expires must be in the future"
    if faults:
        raise WrongParametersError(faults)


def _symbol_fault(symbol: str) -> str | None:
    try:
        return symbol_fault(symbol)
    except MarketUnavailableError as error:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, error.message) from error
