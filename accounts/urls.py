"""The paths below `/api/v1/auth/`."""

from django.urls import include, path

from accounts import api
from accounts.api_keys import api as api_keys
from accounts.email_addresses import api as email_addresses
from accounts.passwords import api as passwords

app_name = "accounts"
urlpatterns = [
    path("register/", api.RegisterApi.as_view(), name="register"),
    path("token/", api.TokenApi.as_view(), name="token"),
    path("token/refresh/", api.TokenRefreshApi.as_view(), name="token-refresh"),
    path("token/verify/", api.TokenVerifyApi.as_view(), name="token-verify"),
    path("logout/", api.LogoutApi.as_view(), name="logout"),
    path("admin-session/", api.AdminSessionApi.as_view(), name="admin-session"),
    path("two-factor/", include("accounts.two_factor.urls")),
    path("email/confirm/", email_addresses.ConfirmEmailApi.as_view(), name="email-confirm"),
    path("email/send-confirmation/", email_addresses.SendConfirmationApi.as_view(), name="email-send-confirmation"),
    path("email/change/", email_addresses.ChangeEmailApi.as_view(), name="email-change"),
    path("password/change/", passwords.ChangePasswordApi.as_view(), name="password-change"),
    path("password/reset/", passwords.ResetPasswordApi.as_view(), name="password-reset"),
    path("password/reset/confirm/", passwords.ConfirmResetApi.as_view(), name="password-reset-confirm"),
    path("keys/", api_keys.KeysApi.as_view(), name="keys"),
    path("keys/<int:id>/", api_keys.KeyApi.as_view(), name="key"),
    path("me/", api.MeApi.as_view(), name="me"),
]
