"""What is told of wallets, transactions and blocks. Field names on the wire are those of the contract."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import Milliseconds, PublicEvent, WalletEvent, WalletField, WalletReading
from wallets.lifecycle import Replacement, TransactionStatus

_SUCCEEDING = frozenset({TransactionStatus.CONFIRMING, TransactionStatus.CONFIRMED, TransactionStatus.FINALIZED})


class WalletChange(StrEnum):
    """What happened to a wallet."""

    BALANCE = "balance"
    TRANSACTION = "transaction"


class WalletActivity(WalletEvent, frozen=True, kw_only=True, tag="wallet"):
    """A wallet's balance changed, or a transaction touched it, of `wallet:<address>`; amounts in units of `asset`.

    `asset` is a symbol; `token` is the address of the contract whose it is, None for the chain's own coin. `change` is
    negative for what went out, `log_index` the place of a token's transfer among the logs of its block; `retracted`
    says that a reorganisation took it back. A balance is that after `block`; where it is `outdated`, blocks have
    changed it since, and it is being read anew.
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
    log_index: int | None = msgspec.field(name="logIndex", default=None)
    block: int | None = None
    retracted: bool = False
    outdated: bool = False

    def reading_of(self, field: WalletField) -> WalletReading | None:
        """Return what came or went, or the balance; nothing of what was taken back, or is outdated."""
        amount = self._amount_of(field)
        if amount is None:
            return None
        return WalletReading(
            value=amount,
            chain=self.chain,
            asset=self.asset,
            token=self.token or "",
            wallet=self.label or self.address,
            tx=self.tx or "",
        )

    def _amount_of(self, field: WalletField) -> Decimal | None:
        if self.change_kind is WalletChange.BALANCE:
            return self.balance if field is WalletField.BALANCE and not self.outdated else None
        if self.retracted or not self.change:
            return None
        way = WalletField.INCOMING if self.change > 0 else WalletField.OUTGOING
        return self.change.copy_abs() if field is way else None


class TransactionState(WalletEvent, frozen=True, kw_only=True, tag="transaction"):
    """A watched transaction as it is now, of `tx:<hash>`; what isn't known yet is None.

    `value` and `fee` are in the chain's own unit. `replacement` is what the transaction that took its nonce does.
    `wallets` are the addresses of the watcher's wallets that it touches, without those that were added after its block.
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
    wallets: tuple[str, ...] = ()

    def reading_of(self, field: WalletField) -> WalletReading | None:
        """Return how many blocks confirm it, or 1 where it has failed or was dropped."""
        value = self._value_of(field)
        if value is None:
            return None
        return WalletReading(value=Decimal(value), chain=self.chain, tx=self.hash, wallets=self.wallets)

    def _value_of(self, field: WalletField) -> int | None:
        match field, self.status:
            case WalletField.CONFIRMATIONS, _ if self.status in _SUCCEEDING:
                return self.confirmations
            case (WalletField.FAILED, TransactionStatus.FAILED) | (WalletField.DROPPED, TransactionStatus.DROPPED):
                return 1
        return None


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
