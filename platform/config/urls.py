"""Every HTTP address of the platform."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.api import TicketApi
from accounts.one_time_links.pages import confirm_email, reset_password
from alerts.deliveries.pages import unsubscribe
from alerts.deliveries.unsubscribing import UNSUBSCRIBE_PATH
from config.openapi.views import schema
from config.views import api_docs, dashboard, operations
from streaming.gateway.api.streams_admin import streams_page

handler404 = "config.views.not_found"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("operations/", operations, name="operations"),
    path("favicon.ico", RedirectView.as_view(url=static("dashboard/logo.svg"))),
    path("admin/streams/", streams_page, name="admin-streams"),
    path("admin/", admin.site.urls),
    path(f"{UNSUBSCRIBE_PATH}<str:token>", unsubscribe, name="unsubscribe"),
    re_path(r"^account/confirm-email/([\w-]{43})$", confirm_email, name="confirm-email"),
    re_path(r"^account/reset-password/([\w-]{43})$", reset_password, name="reset-password"),
    path("api/v1/auth/", include("accounts.urls")),
    re_path(r"^api/v1/ws/ticket/?$", TicketApi.as_view(), name="ws-ticket"),
    path("api/v1/", include("alerts.urls")),
    path("", include("streaming.gateway.api.urls")),
    path("api/schema/", schema, name="api-schema"),
    path("api/docs/", api_docs, name="api-docs"),
]
