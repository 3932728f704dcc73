"""What of alerts is its users' own."""

from streaming.database.own_data import KeptBack, OwnData

OWN_DATA = (
    OwnData("alerts.AlertRule", "owner", without=("memory", "beginnings")),
    OwnData("alerts.HistoricalAlertRule", "owner", called="changes of alert rules"),
    OwnData("alerts.AlertEvent", "owner", called="firings of alerts"),
    OwnData("alerts.Notification", "user"),
    OwnData("alerts.Delivery", "notification__user", without=("holder", "lease_until")),
    OwnData("alerts.NotificationPreferences", "user"),
    OwnData("alerts.ChannelSwitch", "user", called="channels switched off"),
    OwnData("alerts.PushSubscription", "user", without=("endpoint", "p256dh", "auth")),
    OwnData("alerts.ServiceAddress", "user", without=("url", "token"), called="service addresses"),
    OwnData("alerts.WebhookTarget", "user", without=("secret",)),
    KeptBack("alerts.NotificationCounter", "the number of the newest notification, which has it"),
    KeptBack("alerts.ChannelUse", "counts of what went out by each channel in an hour, kept for two days"),
)
