"""The app that assembles the others; it holds the commands that need all of them."""

import gc
from importlib import import_module

from django.apps import AppConfig, apps

from config.app_settings import take_in
from config.memory_arenas import limit_arenas


class PlatformConfig(AppConfig):
    """Settings, addresses, the demo and the developer's server."""

    name = "config"
    verbose_name = "Platform"

    def ready(self) -> None:
        """Take in the apps' settings, before any other app is ready. Register a deployment's checks.

        That is the end of the start: the collector looks no more at what was loaded, and there are no threads yet.
        """
        take_in(apps.get_app_configs())
        limit_arenas()
        gc.freeze()
        gc.enable()
        import_module("config.start")  # it reads models, which are there only now
