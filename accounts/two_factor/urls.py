"""The paths below `/api/v1/auth/two-factor/`."""

from django.urls import path

from accounts.two_factor import api

urlpatterns = [
    path("", api.TwoFactorApi.as_view(), name="two-factor"),
    path("begin/", api.TwoFactorBeginApi.as_view(), name="two-factor-begin"),
    path("confirm/", api.TwoFactorConfirmApi.as_view(), name="two-factor-confirm"),
    path("recovery-codes/", api.RecoveryCodesApi.as_view(), name="two-factor-recovery-codes"),
    path("disable/", api.TwoFactorDisableApi.as_view(), name="two-factor-disable"),
]
