"""What alerts keep: rules, their firings, notifications, deliveries, preferences and addresses."""

from alerts.models.choices import DELIVERIES_SENT, DELIVERIES_TO_SEND, ChannelChoices, DeliveryState
from alerts.models.deliveries import ChannelUse, Delivery
from alerts.models.events import AlertEvent, SeriesPoint
from alerts.models.notifications import Notification, NotificationCounter
from alerts.models.preferences import (
    ChannelSwitch,
    NotificationPreferences,
    PushSubscription,
    ServiceAddress,
    WebhookTarget,
)
from alerts.models.rules import AlertRule, RuleChange

__all__ = [
    "DELIVERIES_SENT",
    "DELIVERIES_TO_SEND",
    "AlertEvent",
    "AlertRule",
    "ChannelChoices",
    "ChannelSwitch",
    "ChannelUse",
    "Delivery",
    "DeliveryState",
    "Notification",
    "NotificationCounter",
    "NotificationPreferences",
    "PushSubscription",
    "RuleChange",
    "SeriesPoint",
    "ServiceAddress",
    "WebhookTarget",
]
