"""The HTTP addresses of market data."""

from django.urls import path

from streaming.market import api

urlpatterns = [
    path("symbols/", api.symbols, name="market-symbols"),
    path("history/", api.history, name="market-history"),
]
