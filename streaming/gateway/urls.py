"""The HTTP addresses beside the sockets; each answers with and without a trailing slash."""

from django.urls import path, re_path

from streaming.gateway import api, market_api
from streaming.gateway.deployment import operations

urlpatterns = [
    re_path(r"^health/?$", api.health, name="health"),
    re_path(r"^ready/?$", api.ready, name="ready"),
    re_path(r"^api/v1/ws/stats/?$", api.statistics, name="ws-stats"),
    re_path(r"^api/v1/ws/stats/channels/?$", operations.channel_statistics, name="ws-stats-channels"),
    path("api/v1/market/overview/", market_api.overview, name="market-overview"),
]
