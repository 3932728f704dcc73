"""Events of one user's wallets and transactions, whichever app follows chains: what alert rules read of them."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events.base import UserEvent


class WalletField(StrEnum):
    """What alert rules look at: the first three of a wallet, the others of a transaction, or of all of a wallet's."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    BALANCE = "balance"
    CONFIRMATIONS = "confirmations"
    FAILED = "failed"
    DROPPED = "dropped"


class WalletReading(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says of a field: an amount in units of `asset`, how many confirmations, 1 for what has happened.

    `value` isn't negative. `token` is the contract's address, empty for the coin; `wallet` is the owner's label, or the
    address; `tx` is the hash, empty where no single transaction is meant, and `wallets` are the addresses of the user's
    wallets that it touches.
    """

    value: Decimal
    chain: str
    asset: str = ""
    token: str = ""
    wallet: str = ""
    tx: str = ""
    wallets: tuple[str, ...] = ()


class WalletEvent(UserEvent, frozen=True, kw_only=True):
    """What such events share. As no exchange made them, they have none of the marks of market events."""

    simulated: ClassVar[bool] = False
    stale: ClassVar[bool] = False
    repaired: ClassVar[bool] = False

    def reading_of(self, field: WalletField) -> WalletReading | None:
        """Return what it says of a field; None where that is nothing, or was taken back."""
        raise NotImplementedError
