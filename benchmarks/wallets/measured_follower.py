"""A chain's follower, as the worker runs it, one turn at a time; its node may be in the same process."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from streaming.clock import SystemClock
from streaming.models import Lease
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence
from wallets.follower.chain_follower import ChainFollower
from wallets.follower.followed_chain import FollowedChain
from wallets.follower.storage import ChainStorage
from wallets.follower.stored_chain import chains_enabled
from wallets.nodes.chain_nodes import ChainNodes
from wallets.nodes.json_rpc import Call, Notification, outcomes_of, read_message, request_text
from wallets.nodes.node import Hints, Node
from wallets.simulator.node import SimulatedNode
from wallets.simulator.rpc.methods import Methods
from wallets.simulator.rpc.requests import answered

_HOLDER = "bench"


class NodeInMemory:
    """A simulated node without a socket: `wall` and `processor` are how many seconds its answers have taken.

    What is asked is written, and what is answered is read, as from any other node: that takes the follower's time.
    """

    url = "ws://memory"
    tells_heads = True

    def __init__(self, node: SimulatedNode) -> None:
        self.wall = self.processor = 0.0
        self._methods = Methods(node.chain, node.settings.chain_id)

    async def exchange(self, calls: Sequence[Call]) -> list[Any]:
        """Return the outcome of each call."""
        text = request_text(calls, 1)
        wall, processor = time.perf_counter(), time.process_time()
        answer = answered(text, self._methods.answer) or b""
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor
        message = read_message(answer)
        assert not isinstance(message, Notification)
        return outcomes_of(calls, 1, message)

    async def close(self) -> None:
        """Do nothing: there is no connection."""


class _OneNode(ChainNodes):
    """The one node that is there."""

    def __init__(self, node: Node, _urls: Sequence[str], chain_id: int, **given: Any) -> None:
        super().__init__([node.url], chain_id, **given)
        self._given = node

    async def _opened(self, url: str, hints: Hints, *, subscribes: bool) -> Node:
        return self._given


class MeasuredFollower(ChainFollower):
    """A follower that makes a turn when it is told to; by `node`, or by those that the chain's row names."""

    def __init__(self, chain: FollowedChain, storage: ChainStorage, *, node: Node | None = None) -> None:
        nodes_of = ChainNodes if node is None else partial(_OneNode, node)
        super().__init__(chain, storage, clock=SystemClock(), nodes_of=nodes_of)

    async def turn(self) -> None:
        """Make a turn; raise whatever goes wrong."""
        await self._turn()

    async def follow_to(self, head: int) -> int:
        """Follow up to the block `head`; return at which block it began."""
        await self._turn()
        first = self._known.tip.number
        while self._known.tip.number < head:
            await self._turn()
        await self._nodes.close()
        return first


async def held_storage(name: str) -> tuple[FollowedChain, ChainStorage]:
    """Return the chain of that name, and its storage behind a lease that nobody else wants meanwhile."""
    database = DatabaseThread("chain")
    await database.run(_take_lease)
    (chain,) = await database.run(chains_enabled)
    fence = Fence(name="wallets", holder=_HOLDER, token=1)
    return chain, ChainStorage(
        name, database, fence=fence, clock=SystemClock(), stored=lambda: None, report=lambda *_: None
    )


def _take_lease() -> None:
    """Hold the lease, for a time that is over: a worker that is started later has it."""
    held = {"holder": _HOLDER, "token": 1, "expires_at": datetime.now(UTC)}
    Lease.objects.update_or_create(name="wallets", defaults=held)
