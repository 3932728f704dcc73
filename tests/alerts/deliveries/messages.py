"""What a channel is given to send, for tests of the channels by themselves."""

from decimal import Decimal
from typing import Any

from alerts.deliveries.message import Message
from alerts.events import Alert, AlertOperator, AlertState, Notification, NotificationKind, Severity
from alerts.models import ChannelChoices

TIME = 1_763_676_000_000  # 2025-11-20T22:00:00Z

ALERT = Alert(
    rule=7,
    name="Above",
    symbol="BTCUSDT",
    source="price",
    operator=AlertOperator.ABOVE,
    value=Decimal("100.2000000000000000000001"),
    threshold=Decimal("100.10"),
    previous=Decimal("99.9"),
    state=AlertState.FIRING,
    time=TIME,
)


def message_of(channel: ChannelChoices, **fields: Any) -> Message:
    """Return a message to Ada that tells of a firing."""
    notification = Notification(
        id=3,
        seq=2,
        kind=NotificationKind.ALERT,
        severity=fields.pop("severity", Severity.INFO),
        title=fields.pop("title", "BTCUSDT above 100.10"),
        body=fields.pop("body", "It is 100.2"),
        data='{"price":100.20}',
        rule=7,
        time=TIME,
    )
    known = {"attempts": 1, "user_id": 1, "username": "Ada", "email": "ada@example.com", "alert": ALERT, **fields}
    return Message(delivery_id=5, channel=channel, notification=notification, **known)
