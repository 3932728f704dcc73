"""The HTTP addresses beside the sockets; each answers with and without a trailing slash."""

from django.urls import re_path

from streaming.gateway import api

urlpatterns = [
    re_path(r"^health/?$", api.health, name="health"),
    re_path(r"^ready/?$", api.ready, name="ready"),
    re_path(r"^api/v1/ws/stats/?$", api.statistics, name="ws-stats"),
]
