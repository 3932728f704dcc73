"""The app that assembles the others; it holds the commands that need all of them."""

from importlib import import_module

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Settings, addresses and the demo."""

    name = "config"
    verbose_name = "Platform"

    def ready(self) -> None:
        """Register the checks of a deployment."""
        import_module("config.start")
