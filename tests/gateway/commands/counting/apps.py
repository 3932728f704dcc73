"""The app: it registers its command where the platform's apps register theirs."""

from importlib import import_module

from django.apps import AppConfig

from streaming.gateway.commands.catalog import command_registry


class CountingConfig(AppConfig):
    """See the package."""

    name = "tests.gateway.commands.counting"
    label = "counting"

    def ready(self) -> None:
        """Register the command."""
        command_registry().register(import_module("tests.gateway.commands.counting.commands").COUNT)
