"""What is answered of wallets, transactions, chains and blocks."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.numbers import json_number, optional_json_number
from streaming.times import WriteTime, WrittenTime, milliseconds, written_time
from wallets.addresses import with_checksum
from wallets.chain_state import SENTENCES, ChainState
from wallets.events.event_rows import log_index_of, transaction_event
from wallets.following.block_effects import Direction
from wallets.lifecycle import Replacement, TransactionStatus
from wallets.models import Chain, ChainTransaction, KnownBlock
from wallets.models.token_state import TokenState
from wallets.watching.selectors import (
    AssetBalance,
    BlockPage,
    HistoryPage,
    NamedToken,
    TransactionPage,
    WalletPage,
    WalletWithBalances,
)


class AssetBalanceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet holds of an asset, in units of it, as of a block; `token` is the contract's address.

    `outdated`: blocks have changed it since, and it is being read anew.
    """

    asset: str
    token: str | None
    balance: JsonNumber
    block: int
    outdated: bool


class NamedTokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A token that was named for a wallet; `token` is the contract's address, `reason` why it is no token."""

    token: str
    asset: str | None
    state: TokenState
    reason: str | None


class WalletAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet; no balances until the chain was asked for them. `tokens` are those that were named for it."""

    id: str
    chain: str
    address: str
    label: str
    balances: Sequence[AssetBalanceAnswer]
    tokens: Sequence[NamedTokenAnswer]
    created: WrittenTime


class WalletsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some of one's wallets, the oldest first."""

    items: Sequence[WalletAnswer]
    total: int


class RemovedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Which wallet is watched no longer."""

    id: str
    removed: bool = True


class MovementAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came to or went from a wallet; `retracted` where a reorganisation took its block back.

    `logIndex` is the place of a token's transfer among the logs of its block.
    """

    asset: str
    token: str | None
    direction: Direction
    counterparty: str | None
    change: JsonNumber
    balance: JsonNumber | None
    tx: str
    log_index: int | None = msgspec.field(name="logIndex")
    block: int
    retracted: bool
    timestamp: WrittenTime


class WalletHistoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some of a wallet's movements, the newest first."""

    items: Sequence[MovementAnswer]
    total: int


class TransactionAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A watched transaction as it is now: the data of `tx:`, without `wallets`."""

    chain: str
    hash: str
    status: TransactionStatus
    confirmations: int
    required: int
    block: int | None
    replaced_by: str | None = msgspec.field(name="replacedBy")
    replacement: Replacement | None
    sender: str | None = msgspec.field(name="from")
    recipient: str | None = msgspec.field(name="to")
    value: JsonNumber | None
    fee: JsonNumber | None
    timestamp: WrittenTime


class TransactionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the transactions that one watches, the newest first."""

    items: Sequence[TransactionAnswer]
    total: int


class ChainAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A chain that is followed: `block` is the newest that was applied, `head` the newest that is known.

    `reason` says in plain words what is wrong, without what a node has said.
    """

    chain: str
    chain_id: int
    asset: str
    confirmations: int
    simulated: bool
    state: ChainState
    reason: str | None
    block: int | None
    head: int | None
    last_head: WrittenTime | None


class ChainsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The chains that are followed."""

    items: Sequence[ChainAnswer]
    total: int


class BlockAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A block; `baseFee` in the chain's smallest unit."""

    number: int
    hash: str
    parent_hash: str = msgspec.field(name="parentHash")
    transactions: int
    base_fee: JsonNumber | None = msgspec.field(name="baseFee")
    timestamp: WrittenTime


class BlocksAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some of a chain's newest blocks, the newest first."""

    items: Sequence[BlockAnswer]
    total: int


def wallet_answer(found: WalletWithBalances, write_time: WriteTime) -> WalletAnswer:
    """Return the one JSON of a wallet."""
    wallet = found.wallet
    return WalletAnswer(
        id=wallet.pk,
        chain=wallet.chain_id,
        address=with_checksum(wallet.address),
        label=wallet.label,
        balances=[_balance_answer(one) for one in found.balances],
        tokens=[_named_token_answer(one) for one in found.tokens],
        created=_written(wallet.created_at, write_time),
    )


def wallets_answer(page: WalletPage, write_time: WriteTime) -> WalletsAnswer:
    """Return a list of wallets."""
    return WalletsAnswer(items=[wallet_answer(one, write_time) for one in page.items], total=page.total)


def _balance_answer(one: AssetBalance) -> AssetBalanceAnswer:
    return AssetBalanceAnswer(
        asset=one.asset.symbol,
        token=one.asset.token,
        balance=json_number(one.asset.units(one.row.amount)),
        block=one.block,
        outdated=one.row.is_outdated,
    )


def _named_token_answer(one: NamedToken) -> NamedTokenAnswer:
    return NamedTokenAnswer(
        token=with_checksum(one.watch.contract),
        asset=None if one.asset is None else one.asset.symbol,
        state=TokenState(one.watch.state),
        reason=one.watch.reason or None,
    )


def history_answer(page: HistoryPage, write_time: WriteTime) -> WalletHistoryAnswer:
    """Return a wallet's history."""
    items = [
        MovementAnswer(
            asset=(asset := page.assets[row.asset]).symbol,
            token=asset.token,
            direction=Direction(row.direction),
            counterparty=with_checksum(row.counterparty) if row.counterparty else None,
            change=json_number(asset.units(row.change)),
            balance=None if row.balance is None else json_number(asset.units(row.balance)),
            tx=row.transaction_hash,
            log_index=log_index_of(row),
            block=row.block_number,
            retracted=row.is_retracted,
            timestamp=_written(row.time, write_time),
        )
        for row in page.items
    ]
    return WalletHistoryAnswer(items=items, total=page.total)


def transaction_answer(row: ChainTransaction, write_time: WriteTime) -> TransactionAnswer:
    """Return the one JSON of a transaction."""
    state = transaction_event(row, row.chain)
    return TransactionAnswer(
        chain=state.chain,
        hash=state.hash,
        status=state.status,
        confirmations=state.confirmations,
        required=state.required,
        block=state.block,
        replaced_by=state.replaced_by,
        replacement=state.replacement,
        sender=state.sender,
        recipient=state.recipient,
        value=optional_json_number(state.value),
        fee=optional_json_number(state.fee),
        timestamp=write_time(state.time),
    )


def transactions_answer(page: TransactionPage, write_time: WriteTime) -> TransactionsAnswer:
    """Return a list of transactions."""
    return TransactionsAnswer(items=[transaction_answer(row, write_time) for row in page.items], total=page.total)


def chains_answer(chains: Sequence[Chain], write_time: WriteTime, *, now: datetime) -> ChainsAnswer:
    """Return the chains as they are by now."""
    items = [
        ChainAnswer(
            chain=chain.pk,
            chain_id=chain.chain_id,
            asset=chain.symbol,
            confirmations=chain.confirmations,
            simulated=chain.is_simulated,
            state=chain.state_at(now),
            reason=None if (fault := chain.fault_at(now)) is None else SENTENCES[fault],
            block=chain.cursor_number,
            head=chain.head_number,
            last_head=written_time(chain.last_head_at, write_time),
        )
        for chain in chains
    ]
    return ChainsAnswer(items=items, total=len(items))


def blocks_answer(page: BlockPage, write_time: WriteTime) -> BlocksAnswer:
    """Return a list of blocks."""
    return BlocksAnswer(items=[_block_answer(row, write_time) for row in page.items], total=page.total)


def _block_answer(row: KnownBlock, write_time: WriteTime) -> BlockAnswer:
    return BlockAnswer(
        number=row.number,
        hash=row.hash,
        parent_hash=row.parent_hash,
        transactions=row.transactions,
        base_fee=None if row.base_fee is None else msgspec.Raw(str(row.base_fee).encode()),
        timestamp=_written(row.time, write_time),
    )


def _written(time: datetime, write_time: WriteTime) -> WrittenTime:
    return write_time(milliseconds(time))
