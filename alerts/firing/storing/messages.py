"""What a firing becomes: the event that is kept, and the notification that its owner gets."""

from collections.abc import Mapping
from typing import Any

import msgspec

from alerts.conditions.rule import Series, SignalDetails, WalletDetails
from alerts.events import Alert, AlertState, NotificationKind, Severity
from alerts.firing.types import LockedRule, NumberedFiring
from alerts.notifications.draft import NotificationDraft
from alerts.preferences.preferences import Channel
from alerts.rules.firing_text import firing_text
from alerts.rules.template import TemplateValues, filled
from streaming.installed import signal_source
from streaming.market.selectors import SymbolUnits
from streaming.numbers import json_number, optional_json_number
from streaming.times import moment


def event_columns(rule: LockedRule, fired: NumberedFiring) -> Mapping[str, Any]:
    """Return the columns of a firing's `AlertEvent`."""
    firing, condition = fired.firing, fired.condition
    return {
        "rule_id": rule.id,
        "owner_id": rule.owner_id,
        "number": fired.number,
        "name": rule.name,
        "symbol": rule.symbol,
        "source": condition.series.source.value,
        "operator": condition.operator.value,
        "condition": firing.condition,
        "threshold": firing.operand,
        "value": firing.value,
        "previous": firing.previous,
        "late": firing.late,
        "simulated": firing.simulated,
        "suppressed": firing.suppressed,
        "fired_at": moment(firing.time),
    }


def alert_of(rule: LockedRule, fired: NumberedFiring, state: AlertState) -> Alert:
    """Return a firing as the topic `alerts` tells it, with the state that its rule comes to have."""
    firing, condition = fired.firing, fired.condition
    return Alert(
        rule=rule.id,
        name=rule.name,
        symbol=rule.symbol or None,
        source=condition.series.source.value,
        operator=condition.operator,
        value=firing.value,
        threshold=firing.operand,
        previous=firing.previous,
        state=state,
        late=firing.late,
        simulated=firing.simulated,
        time=firing.time,
    )


def draft_of(rule: LockedRule, event_id: int, fired: NumberedFiring, units: SymbolUnits) -> NotificationDraft:
    """Return the notification of an event that is stored; `units` are its symbol's."""
    return NotificationDraft(
        user_id=rule.owner_id,
        kind=NotificationKind.ALERT,
        severity=Severity(rule.severity),
        title=rule.name,
        body=_body(rule, fired, units),
        data=_data(rule, event_id, fired),
        rule_id=rule.id,
        event_id=event_id,
        channels=tuple(Channel(channel) for channel in rule.channels),
        collapse=fired.collapse,
    )


def _body(rule: LockedRule, fired: NumberedFiring, units: SymbolUnits) -> str:
    firing = fired.firing
    values = TemplateValues(
        rule=rule.name,
        symbol=rule.symbol,
        price=firing.value,
        previous=firing.previous,
        threshold=firing.operand,
        time=firing.time,
        base=units.base,
        quote=units.quote,
        decimals=units.price_decimals,
    )
    if firing.signal is not None:
        values = _values_of_signal(values, firing.signal)
    if firing.wallet is not None:
        values = _values_of_wallet(values, firing.wallet)
    template = rule.template
    text = filled(template, values) if template else firing_text(fired.condition, values, firing.signal)
    return f"{text} ({firing.suppressed} more while it was cooling down)" if firing.suppressed else text


def _values_of_signal(values: TemplateValues, signal: SignalDetails) -> TemplateValues:
    source = signal_source()
    return msgspec.structs.replace(
        values,
        price=signal.price,
        confidence=values.price,
        strategy=signal.given_by if source is None else source.title_of(signal.given_by),
        action=signal.action.value,
        reason=signal.why,
    )


def _values_of_wallet(values: TemplateValues, wallet: WalletDetails) -> TemplateValues:
    return msgspec.structs.replace(values, wallet=wallet.wallet, chain=wallet.chain, asset=wallet.asset, tx=wallet.tx)


def _data(rule: LockedRule, event_id: int, fired: NumberedFiring) -> str:
    firing, condition = fired.firing, fired.condition
    data: dict[str, Any] = {
        "rule": rule.id,
        "event": event_id,
        "name": rule.name,
        "symbol": rule.symbol or None,
        "source": condition.series.source.value,
        "operator": condition.operator.value,
        "value": json_number(firing.value),
        "threshold": optional_json_number(firing.operand),
        "previous": optional_json_number(firing.previous),
        "late": firing.late,
        "simulated": firing.simulated,
        "suppressed": firing.suppressed,
        "firedAt": firing.time,
    }
    if firing.signal is not None:
        data["signal"] = _signal(firing.signal)
    if firing.wallet is not None:
        data["wallet"] = _wallet(firing.wallet, condition.series)
    return msgspec.json.encode(data).decode()


def _signal(signal: SignalDetails) -> dict[str, Any]:
    return {
        "id": signal.id,
        "strategy": signal.given_by,
        "action": signal.action.value,
        "price": json_number(signal.price),
        "reason": signal.why,
    }


def _wallet(wallet: WalletDetails, series: Series) -> dict[str, Any]:
    """Return of what a firing tells on a chain; null where there is none of it."""
    return {
        "field": series.field,
        "chain": wallet.chain,
        "label": wallet.wallet or None,
        "asset": wallet.asset or None,
        "token": wallet.token or None,
        "tx": wallet.tx or None,
    }
