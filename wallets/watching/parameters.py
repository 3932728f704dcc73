"""What clients say of wallets and transactions."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.commands.values import TRIMMED
from wallets.addresses import address_of, transaction_hash_of
from wallets.errors import WalletError
from wallets.lifecycle import TransactionStatus

_LONGEST = 200

Id = Annotated[str, Meta(min_length=1, max_length=64)]
ChainName = Annotated[str, Meta(min_length=1, max_length=40)]
Given = Annotated[str, Meta(min_length=1, max_length=_LONGEST), TRIMMED]
"""An address or a hash as somebody pastes it: `wallets.addresses` says whether it is one."""
Label = Annotated[str, Meta(max_length=100), TRIMMED]


class NewWallet(Parameters, frozen=True, kw_only=True):
    """An address of a chain, by any spelling; in mixed case it must have the checksum of EIP-55."""

    chain: ChainName
    address: Given
    label: Label = ""

    def wrong_together(self) -> Mapping[str, str]:
        """Return why the address is none."""
        return _address_fault(self.address)


class WalletName(Parameters, frozen=True, kw_only=True):
    """Which wallet, by its id."""

    id: Id


class WalletLabel(WalletName, frozen=True, kw_only=True):
    """A wallet's new label; an empty one takes it away."""

    label: Label


class WalletToken(WalletName, frozen=True, kw_only=True):
    """A token of a wallet, by its contract's address in any spelling."""

    token: Given

    def wrong_together(self) -> Mapping[str, str]:
        """Return why the address is none."""
        return _address_fault(self.token, "token")


class WalletQuery(Paged, frozen=True, kw_only=True):
    """Which wallets to list: those of a chain, or of an address."""

    chain: ChainName | None = None
    address: Given | None = None

    def wrong_together(self) -> Mapping[str, str]:
        """Return why the address is none."""
        return {} if self.address is None else _address_fault(self.address)


class WalletHistoryQuery(Paged, frozen=True, kw_only=True):
    """Which part of a wallet's history to return."""

    id: Id


class TransactionName(Parameters, frozen=True, kw_only=True):
    """Which transaction: of which chain, by its hash in any spelling."""

    chain: ChainName
    hash: Given

    def wrong_together(self) -> Mapping[str, str]:
        """Return why the hash is none."""
        try:
            transaction_hash_of(self.hash)
        except WalletError as error:
            return {"hash": str(error)}
        return {}

    @property
    def canonical_hash(self) -> str:
        """The hash in its canonical form."""
        return transaction_hash_of(self.hash)


class TransactionQuery(Paged, frozen=True, kw_only=True):
    """Which watched transactions to list: of a chain, of a wallet, of a status."""

    chain: ChainName | None = None
    wallet: Id | None = None
    status: TransactionStatus | None = None


class ChainQuery(Paged, frozen=True, kw_only=True):
    """Which part of a chain's newest blocks to return."""

    chain: ChainName


def _address_fault(text: str, name: str = "address") -> Mapping[str, str]:
    try:
        address_of(text)
    except WalletError as error:
        return {name: str(error)}
    return {}
