"""The app that assembles the others; it holds the commands that need all of them."""

import gc
from importlib import import_module

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Settings, addresses, the demo and the developer's server."""

    name = "config"
    verbose_name = "Platform"

    def ready(self) -> None:
        """End the start: the collector looks no more at what was loaded. Register a deployment's checks."""
        gc.freeze()
        gc.enable()
        import_module("config.start")  # it reads models, which are there only now
