"""Wallets and transactions as what alert rules look at: found for their owners, by any spelling."""

from collections.abc import Collection, Mapping

from django.db.models import Q

from streaming.rule_sources.wallet_source import FoundName, WalletSource, WatchedName
from wallets.addresses import address_of, shortened, transaction_hash_of, with_checksum
from wallets.confirmations import most_confirmations
from wallets.errors import WalletError
from wallets.events.token_audience import assets_told
from wallets.models import Chain, ChainTransaction, Token, TokenWatch, TransactionWatch, Wallet
from wallets.models.token_state import TokenState
from wallets.watching.selectors import chains_followed
from wallets.watching.stored_moments import stored_since


def watched(asked: WatchedName) -> FoundName:
    """Return the spelling of what a user watches: an address with its checksum, a hash in lower case.

    A transaction that nothing changes any more is refused: nothing of it would be told.
    """
    try:
        return _transaction(asked) if asked.is_transaction else _wallet(asked)
    except WalletError as error:
        return FoundName(fault=f"can't be read: {error}")


def token_told(asked: WatchedName, given: str) -> FoundName:
    """Return the spelling of a token's address that is listed, or that the user has named; a fault for any other."""
    try:
        contract = address_of(given)
    except WalletError as error:
        return FoundName(fault=f"can't be read: {error}")
    listed = Token.objects.filter(chain_id=asked.chain, address=contract, is_listed=True)
    if not (listed.exists() or _has_named(asked, contract)):
        return FoundName(fault=f"is neither listed on {asked.chain} nor named by you for this wallet: {given}")
    return FoundName(name=with_checksum(contract))


def unwatched_of(asked: Collection[WatchedName]) -> frozenset[WatchedName]:
    """Return those that their users watch no longer."""
    return frozenset(asked) - _wallets_there(asked) - _transactions_there(asked)


def confirmations_counted(asked: WatchedName) -> int | None:
    """Return the most confirmations that a transaction's amount asks for, or any amount on a wallet's chain."""
    chain = Chain.objects.filter(pk=asked.chain).first()
    if chain is None:
        return None
    if asked.is_transaction and (required := _required(asked)):
        return required
    return most_confirmations(least=chain.confirmations, by_amount=chain.confirmations_by_amount)


def _required(asked: WatchedName) -> int | None:
    """Return how many a transaction needs; None while no node has shown its amount."""
    try:
        shown = ChainTransaction.objects.filter(chain_id=asked.chain, hash=transaction_hash_of(asked.name))
    except WalletError:
        return None
    return shown.exclude(sender="").values_list("required", flat=True).first()


def _wallet(asked: WatchedName) -> FoundName:
    address = address_of(asked.name)
    if not Wallet.objects.filter(owner_id=asked.owner_id, chain_id=asked.chain, address=address).exists():
        return FoundName(fault=f"is no wallet of yours on {asked.chain}: {asked.name}")
    return FoundName(name=with_checksum(address))


def _has_named(asked: WatchedName, contract: str) -> bool:
    """Return whether a user has named a token for a wallet, and it is followed."""
    try:
        address = address_of(asked.name)
    except WalletError:
        return False
    named = TokenWatch.objects.filter(contract=contract, state=TokenState.FOLLOWED.value)
    wallet = {"wallet__owner_id": asked.owner_id, "wallet__chain_id": asked.chain, "wallet__address": address}
    return named.filter(**wallet).exists()


def _transaction(asked: WatchedName) -> FoundName:
    transaction_hash = transaction_hash_of(asked.name)
    watches = TransactionWatch.objects.filter(
        owner_id=asked.owner_id, transaction__chain_id=asked.chain, transaction__hash=transaction_hash
    )
    is_final = watches.values_list("transaction__is_final", flat=True).first()
    if is_final is None:
        return FoundName(fault=f"is no transaction that you watch on {asked.chain}: {asked.name}")
    if is_final:
        return FoundName(fault=f"is of a transaction that is final, so that nothing changes it: {asked.name}")
    return FoundName(name=transaction_hash)


def _wallets_there(asked: Collection[WatchedName]) -> frozenset[WatchedName]:
    wanted = {(one.owner_id, one.chain, one.name.lower()): one for one in asked if not one.is_transaction}
    if not wanted:
        return frozenset()
    owners, chains, addresses = zip(*wanted, strict=True)
    rows = Wallet.objects.filter(owner_id__in=set(owners), chain_id__in=set(chains), address__in=set(addresses))
    found = set(rows.values_list("owner_id", "chain_id", "address"))
    return frozenset(one for key, one in wanted.items() if key in found)


def _transactions_there(asked: Collection[WatchedName]) -> frozenset[WatchedName]:
    wanted = {(one.owner_id, one.chain, one.name): one for one in asked if one.is_transaction}
    if not wanted:
        return frozenset()
    owners, chains, hashes = zip(*wanted, strict=True)
    there = Q(owner_id__in=set(owners), transaction__chain_id__in=set(chains), transaction__hash__in=set(hashes))
    rows = TransactionWatch.objects.filter(there)
    found = set(rows.values_list("owner_id", "transaction__chain_id", "transaction__hash"))
    return frozenset(one for key, one in wanted.items() if key in found)


def chain_names() -> Collection[str]:
    """Return the names of the chains that are followed."""
    return [chain.name for chain in chains_followed()]


def wallet_labels(owner_id: int, chain: str) -> Mapping[str, str]:
    """Return the labels of a user's wallets on a chain, by address; a label may be empty."""
    found = Wallet.objects.filter(owner_id=owner_id, chain_id=chain)
    return {with_checksum(address): label for address, label in found.values_list("address", "label")}


def token_symbols(owner_id: int, chain: str) -> Mapping[str, str]:
    """Return the symbols of the tokens that are told of any wallet of a user on a chain, by address."""
    wallets = list(Wallet.objects.filter(owner_id=owner_id, chain_id=chain).select_related("chain"))
    if not wallets:
        return {}
    told = assets_told(wallets[0].chain, wallets).values()
    return {asset.token: asset.symbol for assets in told for asset in assets.values() if asset.token is not None}


WALLET_SOURCE = WalletSource(
    watched=watched,
    token=token_told,
    unwatched_of=unwatched_of,
    stored_since=stored_since,
    confirmations_counted=confirmations_counted,
    chains=chain_names,
    wallets=wallet_labels,
    tokens=token_symbols,
    shortened=shortened,
)
