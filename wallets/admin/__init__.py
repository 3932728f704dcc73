"""The admin's pages of chains, tokens, wallets, their movements, and transactions."""

from wallets.admin.chains import ChainAdmin
from wallets.admin.movements import MovementAdmin
from wallets.admin.tokens import TokenAdmin
from wallets.admin.transactions import ChainTransactionAdmin
from wallets.admin.wallets import WalletAdmin

__all__ = ["ChainAdmin", "ChainTransactionAdmin", "MovementAdmin", "TokenAdmin", "WalletAdmin"]
