"""What only the market and the clock can tell to be wrong with a rule."""

from collections.abc import Iterator
from datetime import datetime

from alerts.models import AlertRule
from alerts.rules.conditions import ConditionParameters
from alerts.rules.parameters import RuleParameters
from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.commands.outcome import CommandErrorCode
from streaming.events import Interval
from streaming.market.errors import MarketUnavailableError
from streaming.market.selectors import candles_fault, symbol_fault


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


def check_intervals(rule: AlertRule, given: RuleParameters) -> None:
    """Raise `WrongParametersError` for candles of an interval that the market has none of: it would never fire."""
    faults: dict[str, str] = {}
    for prefix, condition in given.placed_conditions:
        for path, interval in _intervals_of(condition):
            if (fault := candles_fault(rule.symbol, interval)) is not None:
                faults[prefix + path] = fault
    if faults:
        raise WrongParametersError(faults)


def _intervals_of(condition: ConditionParameters) -> Iterator[tuple[str, Interval]]:
    if condition.interval is not None:
        yield "interval", condition.interval
    if condition.level_source is not None and condition.level_source.interval is not None:
        yield "level_source.interval", condition.level_source.interval


def _symbol_fault(symbol: str) -> str | None:
    try:
        return symbol_fault(symbol)
    except MarketUnavailableError as error:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, error.message) from error
