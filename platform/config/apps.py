"""The app that assembles the others; it holds the commands that need all of them."""

from importlib import import_module

from django.apps import AppConfig

from config.logs.daphne_access_log import redact_access_log


class PlatformConfig(AppConfig):
    """Settings, addresses, the demo and the developer's server."""

    name = "config"
    verbose_name = "Platform"

    def ready(self) -> None:
        """Keep secrets out of the one log that Django's settings don't reach, and register a deployment's checks."""
        redact_access_log()
        import_module("config.start")  # it reads models, which are there only now
