"""Users, how they log in, and the tokens that show who they are."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Connect what follows from a change of a user."""
        import_module("accounts.receivers")
