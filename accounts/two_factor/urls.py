"""The paths below `/api/v1/auth/two-factor/`."""

from django.urls import path

from accounts.http.views import AccountView
from accounts.two_factor import api

urlpatterns = [
    path("", AccountView.of(GET=api.STATE).as_view(), name="two-factor"),
    path("begin/", AccountView.of(POST=api.BEGIN).as_view(), name="two-factor-begin"),
    path("confirm/", AccountView.of(POST=api.CONFIRM).as_view(), name="two-factor-confirm"),
    path("recovery-codes/", AccountView.of(POST=api.RENEW_RECOVERY_CODES).as_view(), name="two-factor-recovery-codes"),
    path("disable/", AccountView.of(POST=api.DISABLE).as_view(), name="two-factor-disable"),
]
