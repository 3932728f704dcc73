"""The HTTP addresses beside the sockets; each answers with and without a trailing slash."""

from django.urls import path, re_path

from streaming.gateway.api import market, operations, pages

urlpatterns = [
    re_path(r"^health/?$", pages.health, name="health"),
    re_path(r"^ready/?$", pages.ready, name="ready"),
    re_path(r"^api/v1/ws/stats/?$", pages.statistics, name="ws-stats"),
    re_path(r"^api/v1/ws/stats/channels/?$", operations.channel_statistics, name="ws-stats-channels"),
    path("api/v1/market/symbols/", market.symbols, name="market-symbols"),
    path("api/v1/market/history/", market.history, name="market-history"),
    path("api/v1/market/overview/", market.overview, name="market-overview"),
]
