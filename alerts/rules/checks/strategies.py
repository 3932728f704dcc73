"""What only the app that has strategies can tell to be wrong with a rule on their signals."""

from alerts.models import AlertRule
from alerts.rules.parameters import RuleParameters
from streaming.commands.errors import WrongParametersError
from streaming.installed import signal_source


def check_strategies(rule: AlertRule, given: RuleParameters) -> None:
    """Raise `WrongParametersError` for a strategy that the rule's owner hasn't, that has ended, or of another symbol.

    Another user's is as unknown as one that there isn't. A rule without a symbol comes to have its strategy's.
    """
    faults: dict[str, str] = {}
    for prefix, condition in given.placed_conditions:
        path = f"{prefix}strategy"
        if condition.strategy and (fault := _fault(rule, condition.strategy)):
            faults[path] = f"{path} {fault}"
    if faults:
        raise WrongParametersError(faults)


def _fault(rule: AlertRule, strategy: str) -> str | None:
    source = signal_source()
    giver = None if source is None else source.giver_of(rule.owner_id, strategy)
    if giver is None:
        return f"is unknown: {strategy}"
    if giver.is_over:
        return f"has ended: {strategy}"
    rule.symbol = rule.symbol or giver.symbol
    return None if rule.symbol == giver.symbol else f"runs on {giver.symbol}, and the rule is of {rule.symbol}"
