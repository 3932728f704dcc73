"""What wallets keep: chains with their newest blocks, tokens, wallets, balances, movements, transactions, events."""

from wallets.models.balance import Balance
from wallets.models.chain import Chain
from wallets.models.known_block import KnownBlock
from wallets.models.movement import Movement
from wallets.models.outbox import OutboxEvent
from wallets.models.token import Token
from wallets.models.token_watch import TokenWatch
from wallets.models.transaction import ChainTransaction
from wallets.models.transaction_watch import TransactionWatch
from wallets.models.wallet import Wallet

__all__ = [
    "Balance",
    "Chain",
    "ChainTransaction",
    "KnownBlock",
    "Movement",
    "OutboxEvent",
    "Token",
    "TokenWatch",
    "TransactionWatch",
    "Wallet",
]
