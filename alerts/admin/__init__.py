"""The admin's pages of rules, firings, notifications, deliveries and preferences."""

from alerts.admin.deliveries import DeliveryAdmin
from alerts.admin.events import AlertEventAdmin
from alerts.admin.notifications import NotificationAdmin
from alerts.admin.preferences import PreferencesAdmin
from alerts.admin.rules.pages import AlertRuleAdmin

__all__ = ["AlertEventAdmin", "AlertRuleAdmin", "DeliveryAdmin", "NotificationAdmin", "PreferencesAdmin"]
