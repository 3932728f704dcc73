"""Follows one chain: a head that a node tells is a hint, the blocks that it answers by number are the truth.

A turn asks a node for its head and for the way there, judges what that means, stores all of it in one transaction, and
publishes what was stored to be told. Whatever goes wrong with a node, the turn is made again with the next one, from
what is stored: no block is skipped.
"""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.workers.fencing import LeaseLostError
from streaming.workers.waiting import wait_for
from wallets.chain_state import ChainState
from wallets.errors import InconsistentNodeError, ReorganisationTooDeepError
from wallets.follower.address_reading import FoundTransaction, transactions_find
from wallets.follower.block_reading import BlocksAtATime, ReadUpdate, block_read, head_read, update_read
from wallets.follower.followed_chain import FollowedChain, Position
from wallets.follower.named_tokens import MOST_CHECKED
from wallets.follower.node_address import host_of, without_addresses
from wallets.follower.storage import ChainStorage
from wallets.follower.token_reading import tokens_read
from wallets.follower.update_judging import UpdateJudging, touched_addresses
from wallets.follower.update_storing import StaleUpdateError
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate
from wallets.nodes.chain_nodes import ChainNodes
from wallets.nodes.errors import DisagreeingNodeError, LaggingNodeError, NodeError
from wallets.nodes.node import Node, NodeLimits

SILENT_BLOCK_TIMES = 3
"""For so many block times no block may come before a chain counts as disconnected."""
_MOST_BEHIND = 3
"""A node whose head is further below our tip lags."""
_POLLS_PER_BLOCK = 4
_LONGEST_POLL = 5.0
_RETRY_SECONDS = 0.5
_REFUSED_SECONDS = 30.0
_FAULT_SECONDS = 2.0
_STOPPED = frozenset({ChainState.DISCONNECTED, ChainState.ERROR})

logger = structlog.get_logger(__name__)


class ChainFollower:
    """Follows a chain until it is cancelled, or another has the lease (`LeaseLostError`)."""

    def __init__(
        self, chain: FollowedChain, storage: ChainStorage, *, clock: Clock, limits: NodeLimits | None = None
    ) -> None:
        self._chain = chain
        self._storage = storage
        self._clock = clock
        self._woken = asyncio.Event()
        self._nodes = ChainNodes(chain.nodes, chain.chain_id, clock=clock, heard=self._woken.set, limits=limits)
        self._position: Position | None = None
        self._moved_at = clock.monotonic()
        self._asked_pool_at = clock.monotonic()
        self._reads_new_wallets = True
        self._asks_pool = True
        self._rows_have_changed = False
        self._blocks_at_a_time = BlocksAtATime()
        self._other_chains: set[str] = set()
        """The nodes that have shown another chain than ours since one has shown ours."""
        self._outage = Outage(f"database of chain {chain.name}", clock)

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
        except ReorganisationTooDeepError as error:
            return await self._refuse_chain(error)
        except (NodeError, InconsistentNodeError) as error:
            await self._fault(error, None)
            return self._nodes.pause
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
            await self._fault(RuntimeError(f"a fault in the follower: {type(error).__name__}"), ChainState.ERROR)
            return max(self._nodes.pause, _FAULT_SECONDS)
        finally:
            self._reads_new_wallets |= reads_new_wallets
            self._asks_pool |= asks_pool
        self._outage.worked()
        return pause

    async def _turn(self) -> float:
        position = await self._read_position()
        if pause := self._nodes.pause:
            await self._check_silence()
            return pause
        node = await self._nodes.node()
        head = await head_read(node)
        known = position.known or await self._begin(node, head, position)
        self._refuse_lagging(known, head)
        read = await update_read(node, known, head, self._blocks_at_a_time.most)
        if read.update.retracted:
            await self._refuse_disagreeing(known, read.update)
        await self._follow(node, known, read)
        self._nodes.worked()
        self._blocks_at_a_time.worked(len(read.blocks))
        self._other_chains.clear()
        await self._check_silence()
        is_behind = bool(read.update.applied) and self._known.tip.number < head
        return 0.0 if is_behind else self._poll_seconds(node)

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
        """Begin at the node's head, or at the block that staff name."""
        number = head if position.start is None else min(position.start, head)
        block = await block_read(node, number)
        if block is None or block.number != number:
            raise InconsistentNodeError(f"the node has no block {number}, though its head is not below it")
        self._position = None
        await self._storage.begin(block, start=position.start, head=head, node=node.url)
        self._reads_new_wallets = True
        self._position = Position(known=KnownBlocks((block.reference,)), state=ChainState.CONNECTED, start=None)
        return self._known

    def _refuse_lagging(self, known: KnownBlocks, head: int) -> None:
        if head < known.tip.number - _MOST_BEHIND and len(self._nodes.urls) > 1:
            raise LaggingNodeError(f"the node's head is {head}, and ours {known.tip.number}")

    async def _refuse_disagreeing(self, known: KnownBlocks, update: ChainUpdate) -> None:
        """Ask another node, where there is one, whether it still has the lowest of the blocks that are taken back."""
        if (other := await self._nodes.another()) is None:
            return
        lowest = update.retracted[-1]
        try:
            block = await block_read(other, lowest.number)
        except (NodeError, InconsistentNodeError):
            return
        finally:
            await other.close()
        if block is not None and block.reference == lowest:
            raise DisagreeingNodeError(
                f"the node takes back {len(update.retracted)} blocks, from {lowest.number} on, "
                f"which {host_of(other.url)} has"
            )

    async def _follow(self, node: Node, known: KnownBlocks, read: ReadUpdate) -> None:
        """Judge and store an update, or, where nothing is to be done, what the pool says of transactions.

        The pool of a node that is behind our tip may have what our blocks have: it isn't asked until the node is there.
        """
        node_lags = read.head < read.update.after(known).tip.number
        asks_pool = not node_lags and (bool(read.update.applied) or self._asks_pool or self._is_poll_due())
        self._asks_pool = self._asks_pool and node_lags
        hashes = [] if node_lags else self._nodes.hints.take_hashes()
        if not (asks_pool or hashes or self._reads_new_wallets):
            return
        pool = await self._found_in_pool(node, hashes)
        has_unchecked = await self._check_tokens(node) if self._reads_new_wallets else False
        addresses = touched_addresses(read, (found.transaction for found in pool.values() if found.transaction))
        reads_new_wallets, self._reads_new_wallets = self._reads_new_wallets, False
        facts = await self._storage.facts(addresses, read.update, pool=list(pool), with_unread=reads_new_wallets)
        judging = UpdateJudging(node, chain=self._chain, known=known, read=read, facts=facts, pool=pool)
        update = await judging.judged(asks_pool=asks_pool)
        before = self._position.state if self._position else None
        state = self._state_after(read)
        self._position = None  # until it is stored, nobody knows what is
        await self._storage.store(update, state=state)
        self._position = Position(known=update.after, state=state, start=None)
        has_read_new = not facts.unread.isdisjoint(update.balances)  # there may be more; what is no token is none
        self._reads_new_wallets |= has_read_new or bool(update.outdated) or has_unchecked
        if asks_pool:
            self._asked_pool_at = self._clock.monotonic()
        if read.update.applied:
            self._moved_at = self._clock.monotonic()
        if state is not before:
            self._storage.report_state(state)

    async def _check_tokens(self, node: Node) -> bool:
        """Ask contracts that users have named what they are; return whether there may be more of them."""
        contracts = await self._storage.contracts_unchecked()
        if contracts:
            await self._storage.store_tokens(await tokens_read(node, contracts))
        return len(contracts) == MOST_CHECKED

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

    # -- faults ---------------------------------------------------------------------------------------------------

    async def _check_silence(self) -> None:
        """Leave a node that has told no block for three block times, and say that the chain is disconnected."""
        if not self._is_silent:
            return
        error = LaggingNodeError(f"no block has come for {SILENT_BLOCK_TIMES} block times")
        if self._position is not None and self._position.state not in _STOPPED:
            raise error
        if len(self._nodes.urls) > 1:
            await self._nodes.failed()

    @property
    def _is_silent(self) -> bool:
        return self._clock.monotonic() - self._moved_at >= SILENT_BLOCK_TIMES * self._chain.block_time

    async def _refuse_chain(self, error: ReorganisationTooDeepError) -> float:
        """Leave a node whose chain isn't ours; where all of them say so, an operator has to."""
        self._other_chains.add((await self._nodes.node()).url)
        all_say_so = self._other_chains.issuperset(self._nodes.urls)
        await self._fault(error, ChainState.ERROR if all_say_so else None)
        return _REFUSED_SECONDS if all_say_so else self._nodes.pause

    async def _fault(self, error: Exception, state: ChainState | None) -> None:
        """Leave the node for the next one; say so, and what has become of the chain."""
        node = await self._nodes.failed()
        self._blocks_at_a_time.failed()
        reason = without_addresses(str(error), self._nodes.urls)
        logger.warning("a node is left", chain=self._chain.name, node=host_of(node), reason=reason)
        if state is None and self._is_silent:
            state = ChainState.DISCONNECTED
        try:
            await self._storage.report_fault(state, node=node, reason=reason)
        except AnyDatabaseError as failure:
            self._outage.failed(failure)
        self._position = None
