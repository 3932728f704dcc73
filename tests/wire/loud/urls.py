"""The platform's addresses, and one that always fails."""

from django.urls import path

from config.urls import urlpatterns as platform_urlpatterns
from tests.wire.loud.failing import failing_view

handler404 = "config.http.error_pages.not_found"
handler500 = "config.http.error_pages.server_error"
urlpatterns = [path("failing/", failing_view), *platform_urlpatterns]
