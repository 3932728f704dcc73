"""Rows as the events and the answers tell them: amounts in units of their asset, addresses with their checksum."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from streaming.times import milliseconds
from wallets.addresses import with_checksum
from wallets.amounts import in_units
from wallets.chain import NATIVE
from wallets.confirmations import confirmations_needed
from wallets.events import Block, TransactionState, WalletActivity, WalletChange
from wallets.lifecycle import Replacement, TransactionStatus
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement, Token, Wallet
from wallets.models.movement import NO_LOG


class Asset(msgspec.Struct, frozen=True):
    """An asset of a chain: its symbol, its decimals and its contract's address (None for the coin)."""

    symbol: str
    decimals: int
    token: str | None = None

    def units(self, amount: int) -> Decimal:
        """Return an amount of the smallest unit as one of the asset."""
        return in_units(amount, self.decimals)


Assets = Mapping[str, Asset]
"""By `native`, or by a token's address in its canonical form."""


def assets_of(chain: Chain, tokens: Mapping[str, Token]) -> Assets:
    """Return the coin of a chain and these of its tokens."""
    known = {address: Asset(token.symbol, token.decimals, with_checksum(address)) for address, token in tokens.items()}
    return {NATIVE: Asset(chain.symbol, chain.decimals), **known}


def known_assets(chain: Chain) -> Assets:
    """Return the coin of a chain and all of its tokens."""
    return assets_of(chain, {token.address: token for token in Token.objects.filter(chain=chain)})


def confirmations_required(chain: Chain, value: int) -> int:
    """Return how many confirmations a transaction of this value (smallest units of the coin) needs on a chain."""
    return confirmations_needed(
        value, least=chain.confirmations, by_amount=chain.confirmations_by_amount, decimals=chain.decimals
    )


def balance_event(row: Balance, wallet: Wallet, asset: Asset, *, change: int | None = None) -> WalletActivity:
    """Return what a wallet's owner is told of a balance; `change` is in the smallest unit."""
    return WalletActivity(
        time=milliseconds(row.changed_at if wallet.read_at is None else max(row.changed_at, wallet.read_at)),
        chain=row.chain_id,
        address=with_checksum(row.address),
        label=wallet.label,
        change_kind=WalletChange.BALANCE,
        asset=asset.symbol,
        token=asset.token,
        balance=asset.units(row.amount),
        change=None if change is None else asset.units(change),
        block=balance_block(row, wallet),
        outdated=row.is_outdated,
    )


def balance_block(row: Balance, wallet: Wallet) -> int:
    """Return after which block a wallet holds so much, as its owner is told: none of before it was read for them."""
    return row.block_number if wallet.read_block is None else max(row.block_number, wallet.read_block)


def movement_event(row: Movement, wallet: Wallet, asset: Asset, *, time: int) -> WalletActivity:
    """Return what a wallet's owner is told of a movement, at `time` (ms since the epoch)."""
    return WalletActivity(
        time=time,
        chain=row.chain_id,
        address=with_checksum(row.address),
        label=wallet.label,
        change_kind=WalletChange.TRANSACTION,
        asset=asset.symbol,
        token=asset.token,
        balance=None if row.balance is None or row.is_retracted else asset.units(row.balance),
        change=asset.units(row.change),
        tx=row.transaction_hash,
        log_index=log_index_of(row),
        block=row.block_number,
        retracted=row.is_retracted,
    )


def log_index_of(row: Movement) -> int | None:
    """Return the place of a token's transfer among the logs of its block; None of coins, which no contract logs."""
    return None if row.log_index == NO_LOG else row.log_index


_TOLD = (
    "changed_at",
    "chain_id",
    "hash",
    "status",
    "confirmations",
    "required",
    "block_number",
    "block_hash",
    "replaced_by",
    "replacement",
    "sender",
    "recipient",
    "value",
    "data",
    "fee",
    "time",
)


def transaction_event(row: ChainTransaction, chain: Chain, wallets: Collection[str] = ()) -> TransactionState:
    """Return a transaction as it is now, which touches these of a user's wallets, by their canonical addresses."""
    return with_wallets(transaction_state(transaction_columns(row), chain), wallets)


def with_wallets(state: TransactionState, wallets: Collection[str]) -> TransactionState:
    """Return a transaction as it is told to a user whose wallets it touches, by their canonical addresses."""
    return msgspec.structs.replace(state, wallets=tuple(sorted(map(with_checksum, wallets)))) if wallets else state


def confirmed_on(told: TransactionState, columns: Mapping[str, Any]) -> TransactionState:
    """Return a transaction as its columns say, of which only the confirmations are others than when it was `told`."""
    return msgspec.structs.replace(
        told, time=milliseconds(columns["changed_at"]), confirmations=columns["confirmations"]
    )


def transaction_columns(row: ChainTransaction) -> Mapping[str, Any]:
    """Return the columns by which a transaction is told."""
    return {name: getattr(row, name) for name in _TOLD}


def transaction_state(columns: Mapping[str, Any], chain: Chain) -> TransactionState:
    """Return a transaction as its columns say."""
    sender, recipient, value, fee = (columns[name] for name in ("sender", "recipient", "value", "fee"))
    return TransactionState(
        time=milliseconds(columns["changed_at"]),
        chain=columns["chain_id"],
        hash=columns["hash"],
        status=TransactionStatus(columns["status"]),
        confirmations=columns["confirmations"],
        required=columns["required"],
        block=columns["block_number"],
        replaced_by=columns["replaced_by"] or None,
        replacement=Replacement(columns["replacement"]) if columns["replacement"] else None,
        sender=with_checksum(sender) if sender else None,
        recipient=with_checksum(recipient) if recipient else None,
        value=None if value is None else in_units(value, chain.decimals),
        fee=None if fee is None else in_units(fee, chain.decimals),
    )


def block_event(row: KnownBlock, *, reorg_depth: int = 0) -> Block:
    """Return what anyone is told of a block; `reorg_depth` is how many it took back."""
    return Block(
        time=milliseconds(row.time),
        chain=row.chain_id,
        number=row.number,
        hash=row.hash,
        parent_hash=row.parent_hash,
        transactions=row.transactions,
        base_fee=None if row.base_fee is None else Decimal(row.base_fee),
        reorg_depth=reorg_depth,
    )
