"""The paths below `/api/v1/`: `alerts/…` and `notifications/…`."""

from django.urls import URLPattern, URLResolver, path

from alerts.deliveries.addresses.api import ChannelsApi, MailsApi, OnePushApi, PushApi, WebhookApi
from alerts.notifications.api import AcknowledgeApi, AllReadApi, BroadcastApi, NotificationsApi, ReadApi
from alerts.preferences.api import PreferencesApi
from alerts.rules import api as rules

app_name = "alerts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/rules/", rules.RulesApi.as_view(), name="alert-rules"),
    path("alerts/rules/test/", rules.RuleTestApi.as_view(), name="alert-rules-test"),
    path("alerts/rules/<int:id>/", rules.RuleApi.as_view(), name="alert-rule"),
    path("alerts/rules/<int:id>/enable/", rules.RuleEnableApi.as_view(), name="alert-rule-enable"),
    path("alerts/rules/<int:id>/disable/", rules.RuleDisableApi.as_view(), name="alert-rule-disable"),
    path("alerts/rules/<int:id>/snooze/", rules.RuleSnoozeApi.as_view(), name="alert-rule-snooze"),
    path("alerts/rules/<int:id>/resume/", rules.RuleResumeApi.as_view(), name="alert-rule-resume"),
    path("alerts/rules/<int:id>/clone/", rules.RuleCloneApi.as_view(), name="alert-rule-clone"),
    path("alerts/rules/<int:id>/test/", rules.RuleTestApi.as_view(), name="alert-rule-test"),
    path("alerts/events/", rules.EventsApi.as_view(), name="alert-events"),
    path("notifications/", NotificationsApi.as_view(), name="notifications"),
    path("notifications/read/", ReadApi.as_view(), name="notifications-read"),
    path("notifications/read-all/", AllReadApi.as_view(), name="notifications-read-all"),
    path("notifications/ack/", AcknowledgeApi.as_view(), name="notifications-ack"),
    path("notifications/broadcast/", BroadcastApi.as_view(), name="notifications-broadcast"),
    path("notifications/preferences/", PreferencesApi.as_view(), name="notifications-preferences"),
    path("notifications/channels/", ChannelsApi.as_view(), name="notifications-channels"),
    path("notifications/push/", PushApi.as_view(), name="notifications-push"),
    path("notifications/push/<int:id>/", OnePushApi.as_view(), name="notifications-push-one"),
    path("notifications/webhook/", WebhookApi.as_view(), name="notifications-webhook"),
    path("notifications/mails/", MailsApi.as_view(), name="notifications-mails"),
]
