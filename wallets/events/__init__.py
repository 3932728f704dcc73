"""What is told of wallets, transactions and blocks. Field names on the wire are those of the contract."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import Milliseconds, PublicEvent, UserEvent
from wallets.lifecycle import Replacement, TransactionStatus


class WalletChange(StrEnum):
    """What happened to a wallet."""

    BALANCE = "balance"
    TRANSACTION = "transaction"


class WalletActivity(UserEvent, frozen=True, kw_only=True, tag="wallet"):
    """A wallet's balance changed, or a transaction touched it, of `wallet:<address>`; amounts in units of `asset`.

    `asset` is a symbol; `token` is the address of the contract whose it is, None for the chain's own coin. `change` is
    negative for what went out, and `retracted` says that a reorganisation took it back.
    """

    frame_type: ClassVar[str] = "wallet"

    chain: str
    address: str
    label: str
    change_kind: WalletChange = msgspec.field(name="event")
    asset: str
    token: str | None = None
    balance: Decimal | None = None
    change: Decimal | None = None
    tx: str | None = None
    block: int | None = None
    retracted: bool = False


class TransactionState(UserEvent, frozen=True, kw_only=True, tag="transaction"):
    """A watched transaction as it is now, of `tx:<hash>`; what isn't known yet is None.

    `value` and `fee` are in the chain's own unit. `replacement` is what the transaction that took its nonce does.
    """

    frame_type: ClassVar[str] = "transaction"

    chain: str
    hash: str
    status: TransactionStatus
    confirmations: int = 0
    required: int
    block: int | None = None
    replaced_by: str | None = None
    replacement: Replacement | None = None
    sender: str | None = msgspec.field(name="from", default=None)
    recipient: str | None = msgspec.field(name="to", default=None)
    value: Decimal | None = None
    fee: Decimal | None = None


class Block(PublicEvent, frozen=True, kw_only=True, tag="block"):
    """A new block, of `blocks:<chain>`; `base_fee` in the chain's smallest unit.

    `reorg_depth` is how many blocks it retracts.
    """

    frame_type: ClassVar[str] = "block"

    chain: str
    number: int
    hash: str
    parent_hash: str = msgspec.field(name="parentHash")
    transactions: int
    base_fee: Decimal | None = msgspec.field(name="baseFee", default=None)
    time: Milliseconds = msgspec.field(name="timestamp")
    reorg_depth: int = 0
