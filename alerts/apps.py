"""Alert rules, notifications and how they reach their users."""

from importlib import import_module

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """The alerts app."""

    name = "alerts"
    verbose_name = "Alerts"
    declaration = "alerts.declaration.DECLARATION"

    def ready(self) -> None:
        """Connect what follows from a change of a rule."""
        import_module("alerts.receivers")
