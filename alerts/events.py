"""What users are told of their rules: `alerts`, a firing, and `notifications`, which are stored. Pure."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import JsonText, Milliseconds, UserEvent
from streaming.notices import NotificationKind, Severity

__all__ = ["Alert", "AlertOperator", "AlertState", "Notification", "NotificationKind", "Severity"]


class Notification(UserEvent, frozen=True, kw_only=True, tag="notification"):
    """A stored notification; `seq` counts those of its user, `rule` is the alert rule that made it, if one did."""

    frame_type: ClassVar[str] = "notification"

    id: int
    seq: int
    kind: NotificationKind
    severity: Severity
    title: str
    body: str
    data: JsonText = "{}"
    rule: int | None = None
    time: Milliseconds = msgspec.field(name="created")
    read: bool = False


class AlertOperator(StrEnum):
    """How a rule compares."""

    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    CROSSING = "crossing"
    CROSSING_UP = "crossing_up"
    CROSSING_DOWN = "crossing_down"
    ENTERING = "entering"
    LEAVING = "leaving"
    INSIDE = "inside"
    OUTSIDE = "outside"
    MOVING_UP = "moving_up"
    MOVING_DOWN = "moving_down"


class AlertState(StrEnum):
    """What a rule does now."""

    ARMED = "armed"
    PENDING = "pending"
    FIRING = "firing"
    COOLING = "cooling"
    SNOOZED = "snoozed"
    EXPIRED = "expired"
    ERROR = "error"
    NO_DATA = "no_data"


class Alert(UserEvent, frozen=True, kw_only=True, tag="alert"):
    """A rule fired at `value`, after `previous`; `late` where the moment fell into an outage.

    `symbol` is None for a rule on all that its owner holds, `threshold` for one on a range.
    """

    frame_type: ClassVar[str] = "alert"

    rule: int
    name: str
    symbol: str | None = None
    source: str
    operator: AlertOperator
    value: Decimal
    threshold: Decimal | None = None
    previous: Decimal | None = None
    state: AlertState
    late: bool = False
    simulated: bool = False
    time: Milliseconds = msgspec.field(name="firedAt")
