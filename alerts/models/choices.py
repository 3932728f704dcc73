"""The choices of the tables, from the enums of the wire and of the pure core."""

from django.db import models

from alerts.conditions.rule import AlertSource, Combine, TriggerPolicy
from alerts.events import AlertOperator, AlertState, NotificationKind, Severity
from streaming.database.choices import choices_of
from streaming.events import Interval, SignalAction

SOURCES = choices_of(AlertSource)
OPERATORS = choices_of(AlertOperator)
STATES = choices_of(AlertState)
ACTIONS = choices_of(SignalAction)
TRIGGERS = choices_of(TriggerPolicy)
COMBINES = choices_of(Combine)
SEVERITIES = choices_of(Severity)
KINDS = choices_of(NotificationKind)
INTERVALS = [(interval.value, interval.value) for interval in Interval]


class ChannelChoices(models.TextChoices):
    """How a notification reaches its user."""

    WEBSOCKET = "websocket", "WebSocket"
    EMAIL = "email", "Email"
    WEB_PUSH = "web_push", "Web push"
    WEBHOOK = "webhook", "Webhook"
    NTFY = "ntfy", "ntfy"
    SLACK = "slack", "Slack"
    DISCORD = "discord", "Discord"
    TELEGRAM = "telegram", "Telegram"


class DeliveryState(models.TextChoices):
    """How far a delivery is.

    WAITING is to be sent at `not_before` or later; SENDING is claimed until `lease_until`; SENT went out; ACKNOWLEDGED
    was confirmed by the client; DIGESTED went out as part of a digest; CANCELLED is not wanted any more, because
    another channel was acknowledged, or for the reason that it names; DEAD failed for good.
    """

    WAITING = "waiting", "waiting"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    ACKNOWLEDGED = "acknowledged", "acknowledged"
    DIGESTED = "digested", "in a digest"
    CANCELLED = "cancelled", "cancelled"
    DEAD = "dead", "dead"


DELIVERIES_TO_SEND = (DeliveryState.WAITING, DeliveryState.SENDING)
"""The states of deliveries of which there is still something to do."""
DELIVERIES_SENT = (DeliveryState.SENT, DeliveryState.ACKNOWLEDGED, DeliveryState.DIGESTED)
"""The states of deliveries that went out."""
