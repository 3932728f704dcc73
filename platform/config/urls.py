"""Every HTTP address of the platform."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.api import TicketApi
from accounts.passwords.admin_page import own_password_page
from config.asyncapi.views import asyncapi, first_reference, reference
from config.http.shell import offline, shell_worker
from config.http.views import admin_login, api_docs, dashboard, operations
from config.openapi.views import schema
from streaming.gateway.api.streams_admin import streams_page
from streaming.installed import installed_urls

admin.autodiscover()
_admin_urls, _admin_name, _admin_namespace = admin.site.urls
_own_admin_urls = [
    path("login/", admin_login, name="login"),
    path("password_change/", own_password_page, name="password_change"),
]

handler400 = "config.http.error_pages.bad_request"
handler403 = "config.http.error_pages.permission_denied"
handler404 = "config.http.error_pages.not_found"
handler500 = "config.http.error_pages.server_error"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("operations/", operations, name="operations"),
    path("shell_worker.js", shell_worker, name="shell-worker"),
    path("offline/", offline, name="offline"),
    path("favicon.ico", RedirectView.as_view(url=static("shared/logo.svg"))),
    path("admin/streams/", streams_page, name="admin-streams"),
    path("admin/", include(([*_own_admin_urls, *_admin_urls], _admin_name), _admin_namespace)),
    *(path(url.prefix, include(url.module)) for url in installed_urls()),
    re_path(r"^api/v1/ws/ticket/?$", TicketApi.as_view(), name="ws-ticket"),
    path("", include("streaming.gateway.api.urls")),
    path("api/schema/", schema, name="api-schema"),
    path("api/docs/", api_docs, name="api-docs"),
    path("api/asyncapi/<str:dialect>/", asyncapi, name="api-asyncapi"),
    path("api/docs/websocket/", first_reference, name="websocket-docs-first"),
    path("api/docs/websocket/<str:dialect>/", reference, name="websocket-docs"),
]
