"""Users, how they log in, and the tokens that show who they are."""

from importlib import import_module

from django.apps import AppConfig

from streaming.workers.retention import declare_forgettable


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Connect what follows from a change of a user, declare what gateways delete, and read the keys of tokens."""
        import_module("accounts.receivers")
        import_module("accounts.log_in.admin_session")
        declare_forgettable("failed logins", import_module("accounts.log_in.lockout").failures_forget)
        import_module("accounts.tokens.keys").others_keys()
