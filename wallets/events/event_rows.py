"""Rows as the events and the answers tell them: amounts in units of their asset, addresses with their checksum."""

from collections.abc import Mapping
from decimal import Decimal

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
        time=milliseconds(row.changed_at),
        chain=row.chain_id,
        address=with_checksum(row.address),
        label=wallet.label,
        change_kind=WalletChange.BALANCE,
        asset=asset.symbol,
        token=asset.token,
        balance=asset.units(row.amount),
        change=None if change is None else asset.units(change),
        block=row.block_number,
        outdated=row.is_outdated,
    )


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


def transaction_event(row: ChainTransaction, chain: Chain) -> TransactionState:
    """Return a transaction as it is now."""
    return TransactionState(
        time=milliseconds(row.changed_at),
        chain=row.chain_id,
        hash=row.hash,
        status=TransactionStatus(row.status),
        confirmations=row.confirmations,
        required=row.required,
        block=row.block_number,
        replaced_by=row.replaced_by or None,
        replacement=Replacement(row.replacement) if row.replacement else None,
        sender=with_checksum(row.sender) if row.sender else None,
        recipient=with_checksum(row.recipient) if row.recipient else None,
        value=None if row.value is None else in_units(row.value, chain.decimals),
        fee=None if row.fee is None else in_units(row.fee, chain.decimals),
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
