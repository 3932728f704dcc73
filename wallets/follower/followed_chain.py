"""A chain as its follower knows it: how it is configured, how far it was followed, and what an update of it brings."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec

from streaming.times import moment
from wallets.chain import NATIVE, Block, BlockReference
from wallets.chain_state import ChainState
from wallets.confirmations import confirmations_needed
from wallets.events.history import BlockPlace, is_history
from wallets.follower.address_reading import Owned
from wallets.follower.transaction_tracking import TrackedTransaction, TransactionUpdate
from wallets.following.block_effects import Movement
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate

_MILLISECONDS = 1000
MovementKey = tuple[str, str, int | None, str, str]
"""The hashes of block and transaction, the place of a token's log, the address and the direction."""


class StaleUpdateError(Exception):
    """The chain's rows aren't those that the update was read for: somebody else has changed them."""


class FollowedChain(msgspec.Struct, frozen=True, kw_only=True):
    """A chain as staff have configured it; `block_time` in seconds, `confirmations_by_amount` as JSON.

    Where staff configure it otherwise, it is followed anew.
    """

    name: str
    chain_id: int
    decimals: int
    nodes: tuple[str, ...]
    block_time: float
    confirmations: int
    confirmations_by_amount: str = "[]"

    def required(self, value: int) -> int:
        """Return how many confirmations a transaction of `value`, in the coin's smallest unit, needs."""
        by_amount = msgspec.json.decode(self.confirmations_by_amount, type=list[dict[str, Any]])
        return confirmations_needed(value, least=self.confirmations, by_amount=by_amount, decimals=self.decimals)


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far a chain was followed: `known` is None where it wasn't yet, `start` a block that staff start over from.

    `oldest` is then the number of the oldest block that is stored. Up to `reread` our blocks were read afresh since
    staff started over; None where none are to be.
    """

    known: KnownBlocks | None
    state: ChainState
    start: int | None
    oldest: int | None = None
    reread: int | None = None


class Watcher(msgspec.Struct, frozen=True, order=True):
    """A user's wallet at an address, and when it was added."""

    owner_id: int
    wallet_id: str
    created_at: datetime
    known_block: int | None


class BalancesReread(msgspec.Struct, frozen=True):
    """Stored balances that are read afresh; `last` is the row of the last of them, None where none are left."""

    owned: frozenset[Owned]
    last: int | None


class BalanceLook(msgspec.Struct, frozen=True):
    """Which balances that no block has changed are looked for, beside those of new wallets and of named tokens.

    Of the assets `compared` no wallet lacks its balance that isn't new itself: to compare all wallets with all balances
    takes the database a while. Outdated balances are looked for above the row `outdated_after`, and where `tokens_turn`
    is there, stored ones of tokens above the row `tokens_after`: they change without a log, too, as stETH's do daily.
    """

    compared: frozenset[str] = frozenset()
    outdated_after: int = 0
    tokens_after: int = 0
    tokens_turn: bool = False

    def due(self) -> "BalanceLook":
        """Return how to look where all is to be compared again, and some balances of tokens have their turn."""
        return BalanceLook(tokens_after=self.tokens_after, tokens_turn=True)

    def after(self, facts: "StoredFacts", read: Collection[Owned]) -> tuple["BalanceLook", bool]:
        """Return what to look for after this, by which those were `read`, and whether there may be more at once.

        Once none is read any more, what is left is no token.
        """
        has_read, assets = not facts.unread.isdisjoint(read), frozenset({NATIVE, *facts.listed})
        compared = self.compared & assets if has_read else assets
        tokens_after = self.tokens_after if facts.tokens_reread is None else facts.tokens_reread.last or 0
        after = BalanceLook(compared, facts.outdated_after, tokens_after)
        return after, has_read or facts.outdated_after > 0


class StoredFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the database knows of what an update touches.

    `watchers` are those of the addresses that were asked for, `listed` the contracts whose transfers are followed for
    everybody, `named` the owners who have named another one, by watched address and contract, `tracked` the
    transactions that the update may change, `unread` are balances that were never read or are outdated, and `retracted`
    those that were read in, or moved by, a block that is taken back. Of blocks that are read afresh, `movements` are
    those that are stored; `reread` are balances that are read afresh, `tokens_reread` those of tokens whose turn it is.
    There may be more outdated balances above the row `outdated_after`, where it isn't 0.
    """

    watchers: Mapping[str, tuple[Watcher, ...]]
    listed: frozenset[str]
    named: Mapping[Owned, frozenset[int]]
    tracked: Mapping[str, TrackedTransaction]
    unread: frozenset[Owned]
    retracted: frozenset[Owned]
    movements: frozenset[MovementKey] = frozenset()
    reread: BalancesReread | None = None
    tokens_reread: BalancesReread | None = None
    outdated_after: int = 0

    @property
    def read_unchanged(self) -> frozenset[Owned]:
        """Return the balances that are read though no block has changed them."""
        return self.unread | self.tokens_reread.owned if self.tokens_reread else self.unread


class BlockMovement(msgspec.Struct, frozen=True):
    """A movement, and the block that it is in."""

    block: Block
    movement: Movement

    @property
    def key(self) -> MovementKey:
        """Return what tells it apart from any other of its chain."""
        movement = self.movement
        direction = movement.direction.value
        return self.block.hash, movement.transaction_hash, movement.log_index, movement.address, direction


class FollowedUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """All that is stored, in one transaction, of an update of our chain from `before` on.

    `head` is the node's newest block. `balances` are as after the new tip, `tip`; `outdated` are those that have
    changed and could not be asked for. Of `transactions` only those that have changed, or that are new, are
    there. `unread` are balances that were asked for though no block has changed them, as wallets are new or these were
    outdated. `watchers` and `named` say whose it all is. `reread` are blocks of ours that were read afresh, and
    `balances_reread` the balances.
    """

    before: KnownBlocks
    head: int
    node: str
    update: ChainUpdate
    movements: tuple[BlockMovement, ...]
    balances: Mapping[Owned, int]
    outdated: frozenset[Owned]
    unread: frozenset[Owned] = frozenset()
    transactions: tuple[TransactionUpdate, ...]
    watchers: Mapping[str, tuple[Watcher, ...]]
    named: Mapping[Owned, frozenset[int]] = {}
    reread: tuple[Block, ...] = ()
    balances_reread: BalancesReread | None = None

    @property
    def after(self) -> KnownBlocks:
        """Return our chain when it is done."""
        return self.update.after(self.before)

    def owners_of(self, found: BlockMovement) -> frozenset[int]:
        """Return the users to whom a movement is told."""
        movement, block = found.movement, found.block
        place = BlockPlace(block.number, moment(block.time * _MILLISECONDS))
        watching = self.watching(movement.address, place)
        named = self.named.get((movement.address, movement.token))
        return watching if named is None else watching & named

    def watching(self, address: str, place: BlockPlace) -> frozenset[int]:
        """Return the users who are told what a block, or none yet, has of an address: not what was there before."""
        watchers = self.watchers.get(address, ())
        return frozenset(watcher.owner_id for watcher in watchers if not is_history(place, watcher))

    @property
    def is_empty(self) -> bool:
        """Return whether nothing has changed."""
        blocks = self.update.applied or self.update.retracted or self.reread
        return not (blocks or self.balances or self.outdated or self.transactions or self.balances_reread)

    @property
    def tip(self) -> BlockReference:
        """Return the newest block of our chain when it is done."""
        return self.after.tip
