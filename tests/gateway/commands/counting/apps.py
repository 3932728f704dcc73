"""The app: it registers its command where the platform's apps register theirs."""

from importlib import import_module

from django.apps import AppConfig


class CountingConfig(AppConfig):
    """See the package."""

    name = "tests.gateway.commands.counting"
    label = "counting"

    def ready(self) -> None:
        """Register the command."""
        import_module("tests.gateway.commands.counting.registration")
