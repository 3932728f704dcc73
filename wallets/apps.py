"""The wallets app: addresses and transactions of chains, watched, never spent from."""

from django.apps import AppConfig


class WalletsConfig(AppConfig):
    """Wallets that are watched."""

    name = "wallets"
    verbose_name = "Wallets"
    declaration = "wallets.declaration.DECLARATION"
