"""Which of their watchers' wallets transactions touch: those that they are from or to, or whose tokens they move."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from streaming.database.compiled_query import CompiledQuery, Given
from streaming.database.conditions import Among
from wallets.chain import NATIVE
from wallets.events import TransactionState
from wallets.events.event_rows import Assets, transaction_columns, transaction_event
from wallets.events.history import is_history
from wallets.events.token_audience import assets_told
from wallets.models import Chain, ChainTransaction, Movement, TransactionWatch, Wallet

_NO_DATA = "0x"
_MOST_REMEMBERED = 20_000
Columns = Mapping[str, Any]
"""Those by which a transaction is told."""
Touched = Mapping[str, Collection[tuple[str, str]]]
"""By a transaction's hash each address that it touches, and with which asset; both as they are stored."""

_MOVED = CompiledQuery(
    Movement,
    lambda: (
        Movement.objects.filter(
            Among("block_number", Given("blocks")),
            Among("transaction_hash", Given("hashes")),
            chain=Given("chain"),
            is_retracted=False,
        )
        .order_by()
        .values_list("transaction_hash", "address", "asset")
    ),
)


class TouchedWallets(msgspec.Struct, frozen=True):
    """The wallets at each address, with the assets that are told of each by its id, and what transactions touch."""

    wallets: Mapping[str, Sequence[Wallet]]
    assets: Mapping[str, Assets]
    touched: Touched

    def of(self, transaction_hash: str, owner_id: int) -> Sequence[Wallet]:
        """Return a user's wallets that a transaction touches, by what is told of them."""
        return [
            wallet
            for address, asset in self.touched.get(transaction_hash, ())
            for wallet in self.wallets.get(address, ())
            if wallet.owner_id == owner_id and asset in self.assets[wallet.pk]
        ]


class ToldTransactions:
    """How transactions in blocks were told to their watchers: what blocks only confirm is told so again, but for that.

    It is of one follower of a chain, and remembers the newest.
    """

    def __init__(self) -> None:
        self._told: dict[tuple[int, str], tuple[str, Mapping[int, TransactionState]]] = {}

    def of(self, row_id: int, columns: Columns) -> Mapping[int, TransactionState] | None:
        """Return how a transaction was told with its status in its block, by the watchers' ids; None: not known."""
        status, told = self._told.get((row_id, columns["block_hash"]), ("", None))
        return told if status == columns["status"] else None

    def note(self, row_id: int, columns: Columns, told: Mapping[int, TransactionState]) -> None:
        """Remember how a transaction was told, where a block has it."""
        if columns["block_hash"]:
            self._told[row_id, columns["block_hash"]] = columns["status"], told
        if len(self._told) > _MOST_REMEMBERED:
            del self._told[next(iter(self._told))]


def touched_by(chain_id: str, transactions: Sequence[Columns]) -> Touched:
    """Return what transactions of a chain touch; of tokens only what moved at addresses that somebody watches.

    What moved in a block that was taken back is left out.
    """
    touched: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for each in transactions:
        touched[each["hash"]] |= {(end, NATIVE) for end in (each["sender"], each["recipient"]) if end}
    calls = [each for each in transactions if each["block_number"] is not None and each["data"] != _NO_DATA]
    if calls:
        hashes, blocks = {each["hash"] for each in calls}, {each["block_number"] for each in calls}
        for transaction_hash, address, asset in _MOVED.rows(chain=chain_id, blocks=blocks, hashes=hashes):
            touched[transaction_hash].add((address, asset))
    return touched


def own_transactions(owner_id: int, chain: Chain, watches: Sequence[TransactionWatch]) -> Sequence[TransactionState]:
    """Return the transactions of these watches of a user's on a chain as they are now."""
    rows = [watch.transaction for watch in watches]
    touched = touched_by(chain.pk, [transaction_columns(row) for row in rows])
    reached = {place for places in touched.values() for place in places}
    found: defaultdict[str, list[Wallet]] = defaultdict(list)
    addresses = {address for address, _ in reached}
    for wallet in Wallet.objects.filter(owner_id=owner_id, chain=chain, address__in=addresses):
        found[wallet.address].append(wallet)
    wallets = [wallet for each in found.values() for wallet in each]
    assets = assets_told(chain, wallets, among={asset for _, asset in reached} - {NATIVE})
    own = TouchedWallets(found, assets, touched)

    def own_of(row: ChainTransaction) -> set[str]:
        return {wallet.address for wallet in own.of(row.hash, owner_id) if not is_history(row, wallet)}

    return [transaction_event(row, chain, own_of(row)) for row in rows]
