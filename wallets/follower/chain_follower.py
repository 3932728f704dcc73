"""Follows one chain: a head that a node tells is a hint, the blocks that it answers by number are the truth.

A turn asks a node for its head and for the way there, judges what that means, stores all of it in one transaction, and
publishes what was stored to be told. Whatever goes wrong with a node, the turn is made again with the next one, from
what is stored: no block is skipped.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.workers.fencing import LeaseLostError
from streaming.workers.waiting import wait_for
from wallets.chain import Block
from wallets.chain_state import ChainState
from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.follower.address_reading import FoundTransaction, transactions_find
from wallets.follower.block_reading import (
    BlocksAtATime,
    ReadUpdate,
    block_read,
    branch_read,
    head_read,
    update_read,
)
from wallets.follower.chain_faults import ChainFaults, lag_of
from wallets.follower.followed_chain import BalanceLook, FollowedChain, FollowedUpdate, Position, StaleUpdateError
from wallets.follower.named_tokens import MOST_CHECKED
from wallets.follower.pool_rotation import PoolRotation
from wallets.follower.rereading import our_blocks_reread
from wallets.follower.storage import ChainStorage
from wallets.follower.token_reading import tokens_read
from wallets.follower.update_analysis import UpdateAnalysis, touched_addresses
from wallets.following.known_blocks import KnownBlocks
from wallets.nodes.chain_nodes import ChainNodes
from wallets.nodes.errors import NodeError
from wallets.nodes.node import Node, NodeLimits

LOOK_SECONDS = 30.0
"""So often tokens that users have named are looked for without being woken: a wake may be lost."""
WALLETS_LOOK_SECONDS = 600.0
"""So often all wallets are compared with all balances: with 100,000 wallets that takes the database a while."""
_POLLS_PER_BLOCK = 4
_LONGEST_POLL = 5.0
_RETRY_SECONDS = 0.5
_FAULT_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class ChainFollower:
    """Follows a chain until it is cancelled, or another has the lease (`LeaseLostError`).

    `nodes_of` makes what reaches the chain's nodes.
    """

    def __init__(
        self,
        chain: FollowedChain,
        storage: ChainStorage,
        *,
        clock: Clock,
        limits: NodeLimits | None = None,
        nodes_of: Callable[..., ChainNodes] = ChainNodes,
    ) -> None:
        self._chain = chain
        self._storage = storage
        self._clock = clock
        self._woken = asyncio.Event()
        self._nodes = nodes_of(chain.nodes, chain.chain_id, clock=clock, heard=self._woken.set, limits=limits)
        self._position: Position | None = None
        self._stored_node: str | None = None
        """The node that is stored as the one that is asked; None where what is wrong with one may be stored."""
        self._asked_pool_at = clock.monotonic()
        self._looked_at = self._compared_at = clock.monotonic()
        self._reads_new_wallets = True
        self._balance_look = BalanceLook()
        self._asks_pool = True
        self._pool_rotation = PoolRotation()
        self._rows_have_changed = False
        self._blocks_at_a_time = BlocksAtATime()
        self._outage = Outage(f"database of chain {chain.name}", clock)
        self._faults = ChainFaults(chain, self._nodes, storage, clock=clock, outage=self._outage)

    def wake(self) -> None:
        """Have the rows looked at: a wallet or a watched transaction was added, or staff start over from a block."""
        self._rows_have_changed = True
        self._reads_new_wallets = True
        self._asks_pool = True
        self._woken.set()

    @property
    def pause(self) -> float:
        """For how many seconds no node is to be asked; 0 where one is used."""
        return self._nodes.pause

    async def run(self) -> None:
        """Follow the chain until cancelled."""
        try:
            while True:
                self._woken.clear()
                await wait_for(self._woken, await self._turn_safely())
        finally:
            await self._nodes.close()

    async def _turn_safely(self) -> float:
        """Make a turn; return for how many seconds to wait for a hint. After a fault all is read anew."""
        reads_new_wallets, asks_pool = self._reads_new_wallets, self._asks_pool
        try:
            pause = await self._turn()
            reads_new_wallets = asks_pool = False
            self._nodes.hints.asked()
        except ReorganisationTooDeepError as error:
            self._read_anew()
            return await self._faults.refuse_chain(error)
        except (NodeError, InconsistentNodeError) as error:
            self._read_anew()
            await self._faults.leave_node(error)
            return self._faults.pause
        except AnyDatabaseError as error:
            self._outage.failed(error)
            self._position = None
            return _RETRY_SECONDS
        except StaleUpdateError as error:
            logger.info("a chain is followed from elsewhere", chain=self._chain.name, reason=str(error))
            self._position = None
            return 0.0
        except LeaseLostError:
            raise
        except Exception as error:  # a fault of ours: nobody would see that the chain stands still
            logger.exception("a chain is interrupted by a fault; it is followed anew", chain=self._chain.name)
            self._read_anew()
            fault = RuntimeError(f"a fault in the follower: {type(error).__name__}")
            await self._faults.leave_node(fault, ChainState.ERROR)
            return max(self._nodes.pause, _FAULT_SECONDS)
        finally:
            self._reads_new_wallets |= reads_new_wallets
            self._asks_pool |= asks_pool
            self._nodes.hints.put_back()
        self._outage.worked()
        return pause

    async def _turn(self) -> float:
        position = await self._read_position()
        if self._nodes.pause:
            await self._faults.check_silence(position.state)
            return self._faults.pause
        node = await self._nodes.node()
        head = await head_read(node)
        known = position.known or await self._begin(node, head, position)
        self._faults.refuse_lagging(known, head)
        has_reread = False
        if self._position is not None and self._position.reread is not None:
            has_reread = await self._reread(node, self._position, head)
            known = self._known
        read = await update_read(node, known, head, self._blocks_at_a_time.most)
        if read.update.retracted:
            await self._faults.refuse_disagreeing(read.update, head)
        await self._follow(node, known, read)
        self._nodes.worked()
        self._blocks_at_a_time.worked(len(read.blocks))
        self._faults.note_our_chain()
        await self._faults.check_silence(self._position.state if self._position else None, lag_of(self._known, head))
        if (bool(read.update.applied) and self._known.tip.number < head) or has_reread:
            return 0.0
        if await self._nodes.prefer(self._known.tip):
            self._asks_pool = True  # it may tell of what waits, which the other one didn't
            return 0.0
        return self._poll_seconds(node)

    def _read_anew(self) -> None:
        """Begin the next turn from what is stored, with fewer blocks at a time."""
        self._blocks_at_a_time.failed()
        self._position = self._stored_node = None

    # -- a turn's parts -------------------------------------------------------------------------------------------

    async def _read_position(self) -> Position:
        if self._position is None or self._rows_have_changed:
            self._rows_have_changed = False
            self._position = await self._storage.position()
        return self._position

    @property
    def _known(self) -> KnownBlocks:
        if self._position is None or self._position.known is None:
            raise RuntimeError("no block of the chain is known yet")
        return self._position.known

    async def _begin(self, node: Node, head: int, position: Position) -> KnownBlocks:
        """Begin at the node's head, or at the block that staff name, with what a reorganisation may take back of it."""
        self._faults.refuse_below(position.oldest, head)
        number = head if position.start is None else min(position.start, head)
        blocks = await branch_read(node, number, self._blocks_at_a_time.most)
        compared: Block | None = blocks[-1]
        if position.oldest is not None and number < position.oldest:
            compared = await block_read(node, position.oldest)
        if compared is None:
            raise InconsistentNodeError(f"the node has no block {position.oldest}, though its head is not below it")
        self._position = None
        await self._storage.begin(blocks, compared=compared, start=position.start, head=head, node=node.url)
        self._faults.note_block()
        self._reads_new_wallets, self._balance_look = True, BalanceLook()
        self._position = await self._stored_position()
        return self._known

    async def _stored_position(self) -> Position:
        """Return how far the chain was followed; raise `StaleUpdateError` where staff start over once more."""
        position = await self._storage.position()
        if position.known is None:
            raise StaleUpdateError(f"staff have named another block of chain {self._chain.name} meanwhile")
        return position

    async def _reread(self, node: Node, position: Position, head: int) -> bool:
        """Read some of our blocks afresh, where staff have started over; return whether any were."""
        self._position = None  # in memory only the newest blocks are kept
        most = self._blocks_at_a_time.most
        was_reread = await our_blocks_reread(node, self._chain, self._storage, position, head=head, most=most)
        self._position = await self._stored_position()
        return was_reread

    async def _follow(self, node: Node, known: KnownBlocks, read: ReadUpdate) -> None:
        """Analyse and store an update, or, where nothing is to be done, what the pool says of transactions.

        The pool of a node that is behind our tip may have what our blocks have: it isn't asked until the node is there.
        """
        node_lags = read.head < read.update.after(known).tip.number
        is_poll = bool(read.update.applied) or self._is_poll_due()
        asks_pool = not node_lags and (is_poll or self._asks_pool)
        self._asks_pool = self._asks_pool and node_lags
        hashes = [] if node_lags else self._nodes.hints.take_hashes()
        has_unchecked = await self._look(node)
        if not (asks_pool or hashes or self._reads_new_wallets):
            return
        pool = await self._found_in_pool(node, hashes)
        addresses = touched_addresses(read, (found.transaction for found in pool.values() if found.transaction))
        look = self._balance_look if self._reads_new_wallets and read.has_state(known) else None
        self._reads_new_wallets &= look is None
        facts = await self._storage.facts(addresses, read.update, pool=list(pool), look=look)
        analysis = UpdateAnalysis(
            node, chain=self._chain, known=known, read=read, facts=facts, pool=pool, rotation=self._pool_rotation
        )
        update = await analysis.analysed(asks_pool=asks_pool, counts_missing=is_poll)
        before = self._position.state if self._position else None
        is_rereading = self._position is not None and self._position.reread is not None
        state = self._state_after(read)
        if not update.is_empty or node.url != self._stored_node:
            await self._store(update, state, is_rereading=is_rereading)
        self._reads_new_wallets |= bool(update.outdated) or has_unchecked
        if look:
            self._balance_look, has_more = look.after(facts, update.balances)
            self._reads_new_wallets |= has_more
            self._compared_at = self._compared_at if look.compared else self._clock.monotonic()
        if asks_pool and is_poll:
            self._asked_pool_at = self._clock.monotonic()
        if read.update.applied:
            self._faults.note_block()
        if state is not before:
            self._storage.report_state(state)

    async def _look(self, node: Node) -> bool:
        """Look for what is new, where that was told or is due; return whether more tokens are to be checked."""
        now = self._clock.monotonic()
        if now - self._compared_at >= WALLETS_LOOK_SECONDS:
            self._balance_look, self._reads_new_wallets = self._balance_look.due(), True
        if not (self._reads_new_wallets or now - self._looked_at >= LOOK_SECONDS):
            return False
        self._looked_at = now
        return await self._check_tokens(node)

    async def _check_tokens(self, node: Node) -> bool:
        """Ask contracts that users have named what they are; return whether there may be more of them."""
        contracts = await self._storage.contracts_unchecked()
        if contracts:
            await self._storage.store_tokens(await tokens_read(node, contracts))
            self._reads_new_wallets = True
        return len(contracts) == MOST_CHECKED

    async def _store(self, update: FollowedUpdate, state: ChainState, *, is_rereading: bool) -> None:
        self._position = None  # until it is stored, nobody knows what is
        await self._storage.store(update, state=state)
        after = Position(known=update.after, state=state, start=None)
        self._position = await self._stored_position() if is_rereading else after
        self._stored_node = update.node

    async def _found_in_pool(self, node: Node, hashes: Sequence[str]) -> Mapping[str, FoundTransaction]:
        """Return what the node says of transactions that it has told of; those in blocks come with their blocks."""
        found = await transactions_find(node, frozenset(hashes))
        return {each: one for each, one in found.items() if one.receipt is None and one.transaction is not None}

    def _is_poll_due(self) -> bool:
        return self._clock.monotonic() - self._asked_pool_at >= self._chain.block_time

    def _state_after(self, read: ReadUpdate) -> ChainState:
        if read.update.applied:
            is_behind = read.update.applied[-1].number < read.head
            return ChainState.CATCHING_UP if is_behind else ChainState.CONNECTED
        return self._position.state if self._position else ChainState.CONNECTED

    def _poll_seconds(self, node: Node) -> float:
        """Return after how long a node is asked though it has told nothing: one that tells heads, once a block."""
        seconds = self._chain.block_time if node.tells_heads else self._chain.block_time / _POLLS_PER_BLOCK
        return min(seconds, _LONGEST_POLL)
