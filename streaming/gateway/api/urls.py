"""The HTTP addresses beside the sockets; those that no app has answer with and without a trailing slash."""

from django.urls import path, re_path

from streaming.gateway.api import pages
from streaming.gateway.api.query_views import reading
from streaming.gateway.commands import market

urlpatterns = [
    re_path(r"^health/?$", reading(pages.HEALTH), name="health"),
    re_path(r"^ready/?$", reading(pages.READY), name="ready"),
    re_path(r"^api/v1/ws/stats/?$", reading(pages.STATISTICS), name="ws-stats"),
    re_path(r"^api/v1/ws/stats/channels/?$", reading(pages.CHANNEL_STATISTICS), name="ws-stats-channels"),
    path("api/v1/market/symbols/", reading(market.SYMBOLS), name="market-symbols"),
    path("api/v1/market/history/", reading(market.HISTORY), name="market-history"),
    path("api/v1/market/overview/", reading(market.OVERVIEW), name="market-overview"),
]
