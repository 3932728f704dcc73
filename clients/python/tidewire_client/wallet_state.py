"""What wallets, transactions and blocks are, as their events tell it. Pure.

Each function returns a new value, the same whether it is given an event once or twice. Each wallet is of one chain,
each balance of one contract: symbols and addresses name several.
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from tidewire_client.events import Block, TransactionState, WalletActivity, WalletChange

MOST_KEPT = 50
"""So many movements of a wallet, and blocks of a chain, are kept."""
_NATIVE = "native"


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """How much a wallet holds of an asset, after a block; `token` is the contract's address, None for the coin.

    Where it is `outdated`, blocks have changed it since, and it is being read anew.
    """

    asset: str
    token: str | None = None
    balance: Decimal
    block: int | None = None
    outdated: bool = False

    @property
    def key(self) -> str:
        """Which of a wallet's holdings it is: the contract's address, or `native` for the chain's own coin."""
        return self.token or _NATIVE


class FollowedWallet(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet of one chain: what it holds, by `Holding.key`, and what came and went, the newest first.

    Of `movements`, at most 50, those are gone that a reorganisation took back.
    """

    chain: str
    address: str
    label: str = ""
    holdings: Mapping[str, Holding] = {}
    movements: tuple[WalletActivity, ...] = ()


FollowedWallets = Mapping[str, FollowedWallet]
"""By `<chain>:<address>`."""
FollowedTransactions = Mapping[str, TransactionState]
"""By `<chain>:<hash>`."""
FollowedBlocks = Mapping[str, tuple[Block, ...]]
"""By chain, the newest first; at most 50."""


def wallet_key(chain: str, address: str) -> str:
    """Return which of the followed wallets it is."""
    return f"{chain}:{address}"


def with_wallet_activity(wallets: FollowedWallets, event: WalletActivity) -> FollowedWallets:
    """Return what wallets are after an event."""
    key = wallet_key(event.chain, event.address)
    before = wallets.get(key) or FollowedWallet(chain=event.chain, address=event.address)
    if event.happened is WalletChange.BALANCE:
        after = msgspec.structs.replace(before, label=event.label, holdings=_with_holding(before.holdings, event))
    else:
        after = msgspec.structs.replace(before, label=event.label, movements=_with_movement(before.movements, event))
    return {**wallets, key: after}


def with_transaction(transactions: FollowedTransactions, event: TransactionState) -> FollowedTransactions:
    """Return transactions with one as it is now."""
    return {**transactions, f"{event.chain}:{event.hash}": event}


def with_block(blocks: FollowedBlocks, event: Block) -> FollowedBlocks:
    """Return blocks with a new one: what it takes the place of, and all above that, is no more."""
    below = (block for block in blocks.get(event.chain, ()) if block.number < event.number)
    return {**blocks, event.chain: (event, *below)[:MOST_KEPT]}


def _with_holding(holdings: Mapping[str, Holding], event: WalletActivity) -> Mapping[str, Holding]:
    if event.balance is None:
        return holdings
    told = Holding(
        asset=event.asset, token=event.token, balance=event.balance, block=event.block, outdated=event.outdated
    )
    return {**holdings, told.key: told}


def _with_movement(movements: tuple[WalletActivity, ...], event: WalletActivity) -> tuple[WalletActivity, ...]:
    others = tuple(one for one in movements if _identity(one) != _identity(event))
    if event.retracted:
        return others
    return movements if len(others) < len(movements) else (event, *movements)[:MOST_KEPT]


def _identity(movement: WalletActivity) -> tuple[object, ...]:
    """Return which movement it is: a transaction may move several things, and comes again in another block."""
    is_outgoing = movement.change is not None and movement.change < 0
    return movement.tx, movement.log_index, movement.block, movement.token, is_outgoing
