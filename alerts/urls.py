"""The paths below `/api/v1/`: `alerts/…` and `notifications/…`."""

from django.urls import URLPattern, URLResolver

app_name = "alerts"
urlpatterns: list[URLPattern | URLResolver] = []
