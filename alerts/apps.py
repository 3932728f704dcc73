"""Alert rules, notifications and how they reach their users."""

from importlib import import_module

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """The alerts app."""

    name = "alerts"
    verbose_name = "Alerts"

    def ready(self) -> None:
        """Register the commands, and connect what follows from a change of a rule."""
        for module in ("alerts.receivers", "alerts.commands"):
            import_module(module)
