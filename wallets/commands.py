"""The use cases of this app that clients ask for by name."""

from collections.abc import Mapping

from streaming.commands.use_cases import UseCase, command_of
from wallets.watching import use_cases as wallets

COMMANDS: Mapping[str, UseCase] = {
    "wallet.add": wallets.ADD_WALLET,
    "wallet.remove": wallets.REMOVE_WALLET,
    "wallet.rename": wallets.RENAME_WALLET,
    "wallet.add_token": wallets.ADD_TOKEN,
    "wallet.remove_token": wallets.REMOVE_TOKEN,
    "wallet.list": wallets.LIST_WALLETS,
    "wallet.get": wallets.GET_WALLET,
    "wallet.history": wallets.WALLET_HISTORY,
    "wallet.chains": wallets.LIST_CHAINS,
    "wallet.blocks": wallets.LIST_BLOCKS,
    "tx.watch": wallets.WATCH_TRANSACTION,
    "tx.unwatch": wallets.UNWATCH_TRANSACTION,
    "tx.status": wallets.TRANSACTION_STATUS,
    "tx.list": wallets.LIST_TRANSACTIONS,
}
COMMAND_KINDS = tuple(command_of(action, case) for action, case in COMMANDS.items())
