"""The app: it declares its command as the platform's apps declare theirs."""

from django.apps import AppConfig


class CountingConfig(AppConfig):
    """An app with one command that changes something."""

    name = "tests.gateway.commands.counting"
    label = "counting"
    declaration = "tests.gateway.commands.counting.declaration.DECLARATION"
