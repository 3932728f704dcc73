"""What a follower asks of the database, behind its fence; `stored` and `report` are called with what is to be told."""

from collections.abc import Callable, Collection, Mapping, Sequence

from streaming.clock import Clock
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence
from wallets.chain import Block, BlockReference
from wallets.chain_state import ChainFault, ChainState
from wallets.events.touched_wallets import ToldTransactions
from wallets.follower.chain_start import chain_begin
from wallets.follower.followed_chain import BalanceLook, FollowedUpdate, Position, StoredFacts
from wallets.follower.named_tokens import contracts_unchecked, tokens_store
from wallets.follower.stored_chain import chain_fault, facts_read, position_read
from wallets.follower.token_reading import TokenFinding
from wallets.follower.update_storing import update_store
from wallets.following.reorganisation import ChainUpdate


class ChainStorage:
    """The rows of the chain of that name, written behind `fence`; `LeaseLostError` where another has the lease."""

    def __init__(
        self,
        name: str,
        database: DatabaseThread,
        *,
        fence: Fence | None,
        clock: Clock,
        stored: Callable[[], None],
        report: Callable[[str, ChainState | None, str], None],
    ) -> None:
        self._name = name
        self._database = database
        self._fence = fence
        self._clock = clock
        self._stored = stored
        self._report = report
        self._told = ToldTransactions()

    async def position(self) -> Position:
        """Return how far the chain was followed."""
        return await self._database.run(position_read, self._name)

    async def begin(self, blocks: Sequence[Block], *, compared: Block, start: int | None, head: int, node: str) -> None:
        """Store the block, the last, from which the chain is followed; see `chain_begin`."""
        now = moment(self._clock.now_ms())
        await self._database.run(
            chain_begin,
            self._name,
            blocks,
            compared=compared,
            start=start,
            head=head,
            node=node,
            fence=self._fence,
            now=now,
        )
        self._stored()

    async def facts(
        self,
        addresses: Collection[str],
        update: ChainUpdate,
        *,
        pool: Collection[str],
        look: BalanceLook | None = None,
        afresh: Sequence[BlockReference] = (),
    ) -> StoredFacts:
        """Return what the database knows of what an update touches, or is in the pool, by its hash.

        `look`: with balances that are to be read; `afresh` are blocks of ours that were read again.
        """
        return await self._database.run(facts_read, self._name, addresses, update, pool=pool, look=look, afresh=afresh)

    async def contracts_unchecked(self) -> Sequence[str]:
        """Return contracts that users have named and that weren't asked yet what they are."""
        return await self._database.run(contracts_unchecked, self._name)

    async def store_tokens(self, found: Mapping[str, TokenFinding]) -> None:
        """Store what such contracts are, and have it published."""
        now = moment(self._clock.now_ms())
        await self._database.run(tokens_store, self._name, found, fence=self._fence, now=now)
        self._stored()

    async def store(self, update: FollowedUpdate, *, state: ChainState) -> None:
        """Store an update, and have what it tells published."""
        now = moment(self._clock.now_ms())
        await self._database.run(
            update_store, self._name, update, state=state, fence=self._fence, now=now, told=self._told
        )
        self._stored()

    async def report_fault(self, state: ChainState | None, *, node: str, reason: str, fault: ChainFault) -> None:
        """Store what is wrong with a node, and the chain's state where that changes; tell operators."""
        now = moment(self._clock.now_ms())
        told = await self._database.run(
            chain_fault, self._name, state, node=node, reason=reason, fault=fault, fence=self._fence, now=now
        )
        self._report(self._name, told, reason)

    def report_state(self, state: ChainState) -> None:
        """Tell operators that the chain's state has changed."""
        self._report(self._name, state, "")
