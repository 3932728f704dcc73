"""Users, how they log in, and the tokens that show who they are."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "accounts"
    verbose_name = "Accounts"
    declaration = "accounts.declaration.DECLARATION"

    def ready(self) -> None:
        """Connect what follows from a change of a user, and read the keys of tokens."""
        import_module("accounts.receivers")
        import_module("accounts.log_in.admin_session")
        import_module("accounts.tokens.keys").others_keys()
