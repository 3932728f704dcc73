"""The HTTP addresses of market data."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
