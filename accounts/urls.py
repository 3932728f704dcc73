"""The paths below `/api/v1/auth/`."""

from django.urls import include, path

from accounts import api
from accounts.api_keys import api as api_keys
from accounts.email_addresses import api as email_addresses
from accounts.http.views import AccountView, PublicView
from accounts.logins import api as logins
from accounts.own_data import api as own_data
from accounts.passwords import api as passwords
from accounts.time_zones import api as time_zones

app_name = "accounts"
urlpatterns = [
    path("register/", PublicView.of(POST=api.REGISTER).as_view(), name="register"),
    path("token/", PublicView.of(POST=api.LOG_IN).as_view(), name="token"),
    path("token/refresh/", PublicView.of(POST=api.REFRESH).as_view(), name="token-refresh"),
    path("token/verify/", PublicView.of(POST=api.VERIFY).as_view(), name="token-verify"),
    path("logout/", AccountView.of(POST=api.LOG_OUT).as_view(), name="logout"),
    path("admin-session/", api.AdminSessionApi.as_view(), name="admin-session"),
    path("two-factor/", include("accounts.two_factor.urls")),
    path("email/confirm/", PublicView.of(POST=email_addresses.CONFIRM).as_view(), name="email-confirm"),
    path(
        "email/send-confirmation/",
        AccountView.of(POST=email_addresses.SEND_CONFIRMATION).as_view(),
        name="email-send-confirmation",
    ),
    path("email/change/", AccountView.of(POST=email_addresses.CHANGE).as_view(), name="email-change"),
    path("password/change/", AccountView.of(POST=passwords.CHANGE).as_view(), name="password-change"),
    path("password/reset/", PublicView.of(POST=passwords.ASK_FOR_RESET).as_view(), name="password-reset"),
    path("password/reset/confirm/", PublicView.of(POST=passwords.RESET).as_view(), name="password-reset-confirm"),
    path("keys/", AccountView.of(GET=api_keys.LIST, POST=api_keys.MAKE).as_view(), name="keys"),
    path("keys/<int:id>/", AccountView.of(DELETE=api_keys.REVOKE).as_view(), name="key"),
    path("logins/", AccountView.of(GET=logins.LIST).as_view(), name="logins"),
    path("logins/<int:id>/", AccountView.of(DELETE=logins.END).as_view(), name="login"),
    path("logins/end-others/", AccountView.of(POST=logins.END_OTHERS).as_view(), name="logins-end-others"),
    path("own-data/export/", AccountView.of(POST=own_data.EXPORT).as_view(), name="own-data-export"),
    path("own-data/deletion/", AccountView.of(GET=own_data.DELETION).as_view(), name="own-data-deletion"),
    path("own-data/delete/", AccountView.of(POST=own_data.DELETE).as_view(), name="own-data-delete"),
    path("time-zone/", AccountView.of(PUT=time_zones.SET).as_view(), name="time-zone"),
    path("me/", api.MeApi.as_view(), name="me"),
]
