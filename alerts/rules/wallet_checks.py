"""What only the app that follows chains can tell to be wrong with a rule on wallets and transactions."""

from collections.abc import Iterator

from msgspec import structs

from alerts.conditions.rule import AlertSource
from alerts.models import AlertRule
from alerts.rules.conditions import ConditionParameters, stored
from alerts.rules.parameters import RuleParameters
from streaming.commands.errors import WrongParametersError
from streaming.installed import wallet_source
from streaming.rule_sources.wallet_source import FoundName, WatchedName

_UNKNOWN = FoundName(fault="is unknown: no chain is followed")


def fill_watched(rule: AlertRule, given: RuleParameters) -> None:
    """Write into the rule's conditions how what it watches is spelled, whatever spelling was given.

    Raise `WrongParametersError` for what the rule's owner doesn't watch, and for a token that isn't listed. What only
    another watches is as unknown as what there isn't.
    """
    flat = 0 if given.flat_condition is None else 1
    conditions: list[ConditionParameters] = []
    faults: dict[str, str] = {}
    for index, condition in enumerate(given.all_conditions):
        prefix = "" if index < flat else f"conditions.{index - flat}."
        found = dict(_found(rule.owner_id, condition)) if condition.source is AlertSource.WALLET else {}
        faults |= {prefix + name: f"{prefix}{name} {one.fault}" for name, one in found.items() if one.fault}
        conditions.append(structs.replace(condition, **{name: one.name for name, one in found.items()}))
    if faults:
        raise WrongParametersError(faults)
    rule.conditions = stored(conditions)


def watched_name(owner_id: int, condition: ConditionParameters) -> WatchedName:
    """Return what a condition on a wallet or a transaction is about."""
    is_transaction = bool(condition.tx)
    name = condition.tx if is_transaction else condition.address
    return WatchedName(owner_id=owner_id, chain=condition.chain, name=name, is_transaction=is_transaction)


def _found(owner_id: int, condition: ConditionParameters) -> Iterator[tuple[str, FoundName]]:
    source, asked = wallet_source(), watched_name(owner_id, condition)
    yield "tx" if asked.is_transaction else "address", _UNKNOWN if source is None else source.watched(asked)
    if source is not None and condition.token:
        yield "token", source.token(asked, condition.token)
