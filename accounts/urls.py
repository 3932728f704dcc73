"""The paths below `/api/v1/auth/`."""

from django.urls import path

from accounts import api

app_name = "accounts"
urlpatterns = [
    path("register/", api.RegisterApi.as_view(), name="register"),
    path("token/", api.TokenApi.as_view(), name="token"),
    path("token/refresh/", api.TokenRefreshApi.as_view(), name="token-refresh"),
    path("token/verify/", api.TokenVerifyApi.as_view(), name="token-verify"),
    path("logout/", api.LogoutApi.as_view(), name="logout"),
    path("me/", api.MeApi.as_view(), name="me"),
]
