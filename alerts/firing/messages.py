"""What a firing becomes: the event that is kept, and the notification that its owner gets."""

from decimal import Decimal
from typing import Any

import msgspec

from alerts.conditions.words import Firing
from alerts.firing.words import NumberedFiring
from alerts.models import AlertEvent, AlertRule
from alerts.notifications.draft import NotificationDraft
from alerts.preferences.words import Channel
from alerts.rules.template import TemplateValues, default_template, filled
from alerts.times import moment
from streaming.events import NotificationKind, Severity
from streaming.numbers import json_number


def event_of(row: AlertRule, fired: NumberedFiring) -> AlertEvent:
    """Return the event of a firing, not yet stored."""
    firing, condition = fired.firing, fired.condition
    return AlertEvent(
        rule_id=row.pk,
        owner_id=row.owner_id,
        number=fired.number,
        name=row.name,
        symbol=row.symbol,
        source=condition.series.source.value,
        operator=condition.operator.value,
        condition=firing.condition,
        threshold=firing.operand,
        value=firing.value,
        previous=firing.previous,
        late=firing.late,
        simulated=firing.simulated,
        suppressed=firing.suppressed,
        fired_at=moment(firing.time),
    )


def draft_of(row: AlertRule, event: AlertEvent, fired: NumberedFiring) -> NotificationDraft:
    """Return the notification of an event that is stored."""
    return NotificationDraft(
        user_id=row.owner_id,
        kind=NotificationKind.ALERT,
        severity=Severity(row.severity),
        title=row.name,
        body=_body(row, fired),
        data=_data(event, fired.firing),
        rule_id=row.pk,
        event_id=event.pk,
        channels=tuple(Channel(channel) for channel in row.channels),
        collapse=fired.collapse,
    )


def _body(row: AlertRule, fired: NumberedFiring) -> str:
    firing = fired.firing
    values = TemplateValues(
        rule=row.name,
        symbol=row.symbol,
        price=firing.value,
        previous=firing.previous,
        threshold=firing.operand,
        time=firing.time,
    )
    text = filled(row.template or default_template(fired.condition.operator), values)
    return f"{text} ({firing.suppressed} more while it was cooling down)" if firing.suppressed else text


def _data(event: AlertEvent, firing: Firing) -> str:
    data: dict[str, Any] = {
        "rule": event.rule_id,
        "event": event.pk,
        "name": event.name,
        "symbol": event.symbol,
        "source": event.source,
        "operator": event.operator,
        "value": json_number(firing.value),
        "threshold": _number(firing.operand),
        "previous": _number(firing.previous),
        "late": firing.late,
        "simulated": firing.simulated,
        "suppressed": firing.suppressed,
        "firedAt": firing.time,
    }
    return msgspec.json.encode(data).decode()


def _number(value: Decimal | None) -> msgspec.Raw | None:
    return None if value is None else json_number(value)
