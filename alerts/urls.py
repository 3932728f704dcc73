"""The paths below `/api/v1/`: `alerts/…` and `notifications/…`."""

from django.urls import URLPattern, URLResolver, path

from alerts.notifications.api import AcknowledgeApi, AllReadApi, BroadcastApi, NotificationsApi, ReadApi
from alerts.preferences.api import PreferencesApi

app_name = "alerts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/", NotificationsApi.as_view(), name="notifications"),
    path("notifications/read/", ReadApi.as_view(), name="notifications-read"),
    path("notifications/read-all/", AllReadApi.as_view(), name="notifications-read-all"),
    path("notifications/ack/", AcknowledgeApi.as_view(), name="notifications-ack"),
    path("notifications/broadcast/", BroadcastApi.as_view(), name="notifications-broadcast"),
    path("notifications/preferences/", PreferencesApi.as_view(), name="notifications-preferences"),
]
