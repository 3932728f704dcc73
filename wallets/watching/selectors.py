"""What reads wallets, their balances and history, watched transactions, chains and their blocks."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec
from django.db.models import Q

from streaming.commands.access import Reader
from wallets.addresses import address_of
from wallets.events.event_rows import Asset, Assets, balance_block
from wallets.events.token_audience import assets_told, history_told, movements_told
from wallets.models import Balance, Chain, ChainTransaction, KnownBlock, Movement, TokenWatch, TransactionWatch, Wallet
from wallets.watching.parameters import ChainQuery, TransactionName, TransactionQuery, WalletHistoryQuery, WalletQuery
from wallets.watching.refusals import ChainNotFoundError, TransactionNotFoundError, WalletNotFoundError


class AssetBalance(msgspec.Struct, frozen=True):
    """How much of an asset an address holds, as of a block."""

    asset: Asset
    row: Balance
    block: int


class NamedToken(msgspec.Struct, frozen=True):
    """A token that its owner has named for a wallet; `asset` is what it is, once its contract has said so."""

    watch: TokenWatch
    asset: Asset | None


class WalletWithBalances(msgspec.Struct, frozen=True):
    """A wallet and what it holds, the coin first; nothing before the follower has read it for its owner."""

    wallet: Wallet
    balances: Sequence[AssetBalance]
    tokens: Sequence[NamedToken]


class WalletPage(msgspec.Struct, frozen=True):
    """Some of the wallets that were found, and how many there are in all."""

    items: Sequence[WalletWithBalances]
    total: int


class HistoryPage(msgspec.Struct, frozen=True):
    """Some of a wallet's movements, the newest first, with the assets that they are of."""

    wallet: Wallet
    items: Sequence[Movement]
    assets: Assets
    total: int


class TransactionPage(msgspec.Struct, frozen=True):
    """Some of the watched transactions, the newest first."""

    items: Sequence[ChainTransaction]
    total: int


class BlockPage(msgspec.Struct, frozen=True):
    """Some of a chain's newest blocks, the newest first."""

    items: Sequence[KnownBlock]
    total: int


def wallet_reached(*, reader: Reader, wallet_id: str) -> Wallet:
    """Return the wallet; raise `WalletNotFoundError` where there is none for that reader."""
    rows = Wallet.objects.select_related("chain")
    row = (rows if reader.reaches_all else rows.filter(owner_id=reader.user_id)).filter(pk=wallet_id).first()
    if row is None:
        raise WalletNotFoundError
    return row


def wallets_page(*, owner_id: int, query: WalletQuery) -> WalletPage:
    """Return a user's wallets that fit, the oldest first."""
    found = Wallet.objects.filter(owner_id=owner_id).select_related("chain")
    if query.chain is not None:
        found = found.filter(chain_id=query.chain)
    if query.address is not None:
        found = found.filter(address=address_of(query.address))
    wallets = list(found[query.offset : query.offset + query.limit])
    return WalletPage(with_balances(wallets), found.count())


def with_balances(wallets: Collection[Wallet]) -> Sequence[WalletWithBalances]:
    """Return wallets with what they hold and the tokens named for them, by as many questions as there are chains."""
    assets: dict[str, Assets] = {}
    held: defaultdict[tuple[str, str], list[Balance]] = defaultdict(list)
    named: defaultdict[str, list[TokenWatch]] = defaultdict(list)
    for chain in {wallet.chain_id: wallet.chain for wallet in wallets}.values():
        own = [wallet for wallet in wallets if wallet.chain_id == chain.pk]
        assets |= assets_told(chain, own)
        for row in Balance.objects.filter(chain=chain, address__in={wallet.address for wallet in own}):
            held[chain.pk, row.address].append(row)
    for watch in TokenWatch.objects.filter(wallet__in=wallets):
        named[watch.wallet_id].append(watch)
    return [
        WalletWithBalances(
            wallet,
            _balances(wallet, held[wallet.chain_id, wallet.address], assets[wallet.pk]),
            [NamedToken(watch, assets[wallet.pk].get(watch.contract)) for watch in named[wallet.pk]],
        )
        for wallet in wallets
    ]


def _balances(wallet: Wallet, rows: Sequence[Balance], assets: Assets) -> Sequence[AssetBalance]:
    """Return what is held of these assets, the coin first."""
    if wallet.is_being_read:
        return []
    found = [AssetBalance(assets[row.asset], row, balance_block(row, wallet)) for row in rows if row.asset in assets]
    return sorted(found, key=lambda one: (one.asset.token is not None, one.asset.symbol, one.row.asset))


def history_page(*, wallet: Wallet, query: WalletHistoryQuery) -> HistoryPage:
    """Return what came to and went from a wallet's address, the newest first, of the assets that are told of it."""
    found, assets = history_told(wallet), assets_told(wallet.chain, [wallet])[wallet.pk]
    rows = list(found.order_by("-id")[query.offset : query.offset + query.limit])
    return HistoryPage(wallet, rows, assets, found.count())


def transaction_reached(*, reader: Reader, given: TransactionName) -> ChainTransaction:
    """Return the transaction; raise `TransactionNotFoundError` where that reader watches none such."""
    rows = ChainTransaction.objects.select_related("chain").filter(chain_id=given.chain, hash=given.canonical_hash)
    row = (rows if reader.reaches_all else rows.filter(watches__owner_id=reader.user_id)).first()
    if row is None:
        raise TransactionNotFoundError
    return row


def transactions_page(*, owner_id: int, query: TransactionQuery) -> TransactionPage:
    """Return a user's watched transactions that fit, the newest first; raise `WalletNotFoundError`."""
    found = TransactionWatch.objects.filter(owner_id=owner_id).select_related("transaction__chain")
    if query.chain is not None:
        found = found.filter(transaction__chain_id=query.chain)
    if query.status is not None:
        found = found.filter(transaction__status=query.status.value)
    if query.wallet is not None:
        wallet = wallet_reached(reader=Reader(user_id=owner_id), wallet_id=query.wallet)
        moved = movements_told(owner_id=owner_id, chain_id=wallet.chain_id, addresses=[wallet.address])
        own = Q(transaction__sender=wallet.address) | Q(transaction__recipient=wallet.address)
        found = found.filter(
            own | Q(transaction__hash__in=moved.values("transaction_hash")), transaction__chain_id=wallet.chain_id
        )
    rows = [watch.transaction for watch in found[query.offset : query.offset + query.limit]]
    return TransactionPage(rows, found.count())


def chains_followed() -> Sequence[Chain]:
    """Return the chains that are followed."""
    return list(Chain.objects.filter(is_enabled=True))


def blocks_page(*, query: ChainQuery) -> BlockPage:
    """Return a chain's newest blocks, as many as are kept; raise `ChainNotFoundError`."""
    if not Chain.objects.filter(pk=query.chain, is_enabled=True).exists():
        raise ChainNotFoundError
    found = KnownBlock.objects.filter(chain_id=query.chain).order_by("-number")
    return BlockPage(list(found[query.offset : query.offset + query.limit]), found.count())
