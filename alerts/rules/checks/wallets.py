"""What only the app that follows chains can tell to be wrong with a rule on wallets and transactions."""

from collections.abc import Iterator

from msgspec import structs

from alerts.conditions.rule import AlertSource
from alerts.events import AlertOperator
from alerts.models import AlertRule
from alerts.rules.conditions import ConditionParameters, stored
from alerts.rules.parameters import RuleParameters
from alerts.rules.series_choice import named_field
from streaming.commands.errors import WrongParametersError
from streaming.events import WalletField
from streaming.installed import wallet_source
from streaming.rule_sources.wallet_source import FoundName, WatchedName

_UNKNOWN = FoundName(fault="is unknown: no chain is followed")


def fill_watched(rule: AlertRule, given: RuleParameters) -> None:
    """Write into the rule's conditions how what it watches is spelled, whatever spelling was given.

    Raise `WrongParametersError` for what the rule's owner doesn't watch, for a token that isn't listed, and for more
    confirmations than are told. What only another watches is as unknown as what there isn't.
    """
    conditions: list[ConditionParameters] = []
    faults: dict[str, str] = {}
    for prefix, condition in given.placed_conditions:
        found = dict(_found(rule.owner_id, condition)) if condition.source is AlertSource.WALLET else {}
        faults |= {prefix + name: f"{prefix}{name} {one.fault}" for name, one in found.items() if one.fault}
        is_known = bool(found) and not any(one.fault for one in found.values())
        if is_known and (fault := _confirmations_fault(rule.owner_id, condition)):
            faults[f"{prefix}threshold"] = f"{prefix}threshold {fault}"
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


def _confirmations_fault(owner_id: int, condition: ConditionParameters) -> str:
    """Say that no transaction is ever told to have so many confirmations; nothing where one may be."""
    source, threshold = wallet_source(), condition.threshold
    if source is None or threshold is None or named_field(condition) != WalletField.CONFIRMATIONS:
        return ""
    most = source.confirmations_counted(watched_name(owner_id, condition))
    is_above = condition.operator is AlertOperator.ABOVE
    if most is None or threshold < most or (threshold == most and not is_above):
        return ""
    what = "this transaction" if condition.tx else "no transaction"
    more = "no more" if condition.tx else "more"
    bound = "less than" if is_above else "at most"
    return f"must be {bound} {most}: {what} on {condition.chain} counts {more} confirmations"
