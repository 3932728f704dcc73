"""The HTTP addresses beside the sockets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
