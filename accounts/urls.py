"""The paths below `/api/v1/auth/`."""

from django.urls import path

from accounts.api import TokenApi

app_name = "accounts"
urlpatterns = [path("token/", TokenApi.as_view(), name="token")]
