"""The app that assembles the others; it holds the commands that need all of them."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Settings, addresses and the demo."""

    name = "config"
    verbose_name = "Platform"
