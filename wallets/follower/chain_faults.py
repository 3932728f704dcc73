"""What goes wrong while a chain is followed: a node is left for the next one, and operators are told what is wrong."""

import structlog

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from wallets.chain_state import SILENT_BLOCK_TIMES, ChainState, fault_of
from wallets.errors import ReorganisationTooDeepError
from wallets.follower.block_reading import block_read, head_read
from wallets.follower.followed_chain import FollowedChain
from wallets.follower.node_address import host_of, without_addresses
from wallets.follower.storage import ChainStorage
from wallets.following.known_blocks import KnownBlocks
from wallets.following.reorganisation import ChainUpdate
from wallets.nodes.chain_nodes import ChainNodes
from wallets.nodes.errors import DisagreeingNodeError, LaggingNodeError, SilentNodeError
from wallets.nodes.node import Node

_MOST_BEHIND = 3
"""A node whose head is further below our tip lags."""
_MOST_BELOW_ACCUSED = 1
"""A node whose head is further below that of one that takes blocks back has no say in that: it may have stopped."""
_REFUSED_SECONDS = 30.0
_STOPPED = frozenset({ChainState.DISCONNECTED, ChainState.ERROR})

logger = structlog.get_logger(__name__)


class ChainFaults:
    """What goes wrong with the nodes of one chain; `outage` is that of the database."""

    def __init__(
        self, chain: FollowedChain, nodes: ChainNodes, storage: ChainStorage, *, clock: Clock, outage: Outage
    ) -> None:
        self._chain = chain
        self._nodes = nodes
        self._storage = storage
        self._clock = clock
        self._outage = outage
        self._moved_at = clock.monotonic()
        self._other_chains: set[str] = set()
        """The nodes that have shown another chain than ours since one has shown ours."""
        self._left_behind: set[str] = set()
        """The nodes that were left since the newest block came as they lagged, or told none."""

    def note_block(self) -> None:
        """Note that a block has come."""
        self._moved_at = self._clock.monotonic()
        self._left_behind.clear()

    def note_our_chain(self) -> None:
        """Note that a node has shown our chain."""
        self._other_chains.clear()

    def refuse_lagging(self, known: KnownBlocks, head: int) -> None:
        """Raise `LaggingNodeError` where a node's head is far below our tip, and there is another node."""
        if head < known.tip.number - _MOST_BEHIND and len(self._nodes.urls) > 1:
            raise LaggingNodeError(lag_of(known, head))

    def refuse_below(self, oldest: int | None, head: int) -> None:
        """Raise `LaggingNodeError` where a node's head is below `oldest`, the oldest block that is kept.

        None of its blocks can be compared with ours then, and nothing is taken back by the word of such a node.
        """
        if oldest is not None and head < oldest:
            raise LaggingNodeError(f"the node's head is {head}, below the oldest block that is kept, {oldest}")

    async def refuse_disagreeing(self, update: ChainUpdate, head: int) -> None:
        """Ask the other nodes whether one still has the lowest of the blocks that are taken back.

        Raise `DisagreeingNodeError` where one has. `head` is that of the node that takes them back: another whose own
        is lower may have stopped at a block that is no longer the chain's, and its word would keep us there for ever.
        """
        lowest = update.retracted[-1]
        taken_back = f"takes back {len(update.retracted)} blocks, from {lowest.number} on"

        async def has(other: Node) -> bool:
            tolerated = 0 if other.url in self._left_behind else _MOST_BELOW_ACCUSED
            if await head_read(other) < head - tolerated:
                return False
            block = await block_read(other, lowest.number)
            return block is not None and block.reference == lowest

        if (other := await self._nodes.another_that(has)) is not None:
            raise DisagreeingNodeError(f"the node {taken_back}, which {host_of(other)} has")

    async def check_silence(self, state: ChainState | None, lag: str = "") -> None:
        """Leave a node that has told no block for three block times; `state` is the chain's, None while unknown.

        `lag` says how far the node is behind us, empty where it isn't. Raise `SilentNodeError` where the chain is to
        be told as disconnected.
        """
        if not self._is_silent:
            return
        if state is not None and state not in _STOPPED:
            raise SilentNodeError(f"no block has come for {SILENT_BLOCK_TIMES} block times{lag and f': {lag}'}")
        if len(self._nodes.urls) > 1:
            self._left_behind.add(await self._nodes.failed())

    async def refuse_chain(self, error: ReorganisationTooDeepError) -> float:
        """Leave a node whose chain isn't ours; where all of them say so, an operator has to do something.

        Return for how many seconds no node is to be asked.
        """
        self._other_chains.add((await self._nodes.node()).url)
        all_say_so = self._other_chains.issuperset(self._nodes.urls)
        await self.leave_node(error, ChainState.ERROR if all_say_so else None)
        return _REFUSED_SECONDS if all_say_so else self.pause

    async def leave_node(self, error: Exception, state: ChainState | None = None) -> None:
        """Leave the node for the next one; say so, and what has become of the chain."""
        node = await self._nodes.failed()
        if isinstance(error, LaggingNodeError):
            self._left_behind.add(node)
        reason = without_addresses(str(error), self._nodes.urls)
        logger.warning("a node is left", chain=self._chain.name, node=host_of(node), reason=reason)
        if state is None and self._is_silent:
            state = ChainState.DISCONNECTED
        try:
            await self._storage.report_fault(state, node=node, reason=reason, fault=fault_of(error))
        except AnyDatabaseError as failure:
            self._outage.failed(failure)

    @property
    def pause(self) -> float:
        """Return for how many seconds no node is to be asked; less where the chain is to be told as silent sooner."""
        return self._nodes.pause if self._is_silent else min(self._nodes.pause, self._silent_in)

    @property
    def _is_silent(self) -> bool:
        return self._silent_in <= 0

    @property
    def _silent_in(self) -> float:
        """In how many seconds three block times without a block have passed."""
        return self._moved_at + SILENT_BLOCK_TIMES * self._chain.block_time - self._clock.monotonic()


def lag_of(known: KnownBlocks, head: int) -> str:
    """Say how far a node is behind us; nothing where it isn't."""
    return f"the node's head is {head}, and ours {known.tip.number}" if head < known.tip.number else ""
