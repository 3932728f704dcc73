"""`run_wallets`: follows each enabled chain. One worker at a time holds the lease; another stands by."""

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from streaming.database.errors import AnyDatabaseError
from streaming.layer.channel_layer import Message
from streaming.outage import Outage
from streaming.times import moment
from streaming.tracing.correlation import correlated
from streaming.tracing.origin import continued
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.declared_figures import FigureValue
from streaming.workers.fencing import Fence, LeaseLostError
from streaming.workers.leases.leases import work_while_leased
from streaming.workers.waiting import until_one_ends, wait_for
from streaming.workers.wake_ups import WokenBy, listen_for_wake_ups
from streaming.workers.worker import WorkerContext
from wallets.backlog import wallet_figures
from wallets.declared_workers import WALLETS_WORKER
from wallets.follower.chain_follower import ChainFollower
from wallets.follower.chain_metrics import chains_source
from wallets.follower.chain_notifier import ChainNotifier
from wallets.follower.followed_chain import FollowedChain
from wallets.follower.storage import ChainStorage
from wallets.follower.stored_chain import chains_enabled
from wallets.nodes.node import NodeLimits

_LOOK_SECONDS = 5.0
_FAULT_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class WalletsWorker:
    """Follows chains while it holds the lease; with an `epoch` given it is the one worker by whoever's word."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context
        self._followed: FollowedChains | None = None

    async def run(self) -> None:
        """Follow chains, or stand by, until cancelled. Call it once."""
        listening = asyncio.create_task(listen_for_wake_ups(self._context.hub, WALLETS_WORKER.name, self._hear_wake))
        try:
            await work_while_leased(
                self._context,
                WALLETS_WORKER.name,
                self._follow,
                seconds=settings.WALLETS_LEASE_SECONDS,
                renewal=settings.WALLETS_LEASE_RENEWAL_SECONDS,
            )
        finally:
            listening.cancel()

    def _hear_wake(self, message: Message) -> None:
        if self._followed is not None:
            self._followed.hear_wake(message)

    async def _follow(self, epoch: int, *, fence: Fence | None) -> None:
        """Follow all chains until cancelled, or until another has the lease."""
        self._followed = FollowedChains(self._context, fence=fence, epoch=epoch)
        try:
            await self._followed.run()
        except LeaseLostError:
            logger.warning("another follows the chains by now", holder=self._context.holder)
        finally:
            self._followed = None


class FollowedChains:
    """The followers of all enabled chains, each a task with a thread for the database of its own.

    What they store to be told is published by one publisher, in its order.
    """

    def __init__(self, context: WorkerContext, *, fence: Fence | None, epoch: int) -> None:
        self._context = context
        self._fence = fence
        self._woken = asyncio.Event()
        self._woken_by = WokenBy()
        self._notifier = ChainNotifier(context, fence=fence, epoch=epoch)
        self._running: dict[FollowedChain, tuple[ChainFollower, asyncio.Task[None]]] = {}
        self._outage = Outage("database of the chains", context.clock)

    async def run(self) -> None:
        """Follow until cancelled; raise `LeaseLostError`."""
        self._context.figures.read = self._figures
        try:
            with self._context.metrics.added("chains", chains_source(self._context.clock)):
                await until_one_ends(self._keep_looking(), self._notifier.run())
        finally:
            self._context.figures.read = None
            await self._end(frozenset(self._running))

    async def _figures(self) -> Mapping[str, FigureValue]:
        return await database_sync_to_async(wallet_figures)(moment(self._context.clock.now_ms()))

    async def _keep_looking(self) -> None:
        while True:
            self._woken.clear()
            with continued(self._woken_by.taken(), "chains followed"):
                await self._look()
            await wait_for(self._woken, _LOOK_SECONDS)
            self._raise_loss()

    async def _look(self) -> None:
        """Begin to follow chains that are new, or configured otherwise, and leave those that are no more."""
        try:
            wanted = frozenset(await database_sync_to_async(chains_enabled)())
        except AnyDatabaseError as error:
            self._outage.failed(error)
            return
        self._outage.worked()
        await self._end(self._running.keys() - wanted)
        for chain in wanted - self._running.keys():
            self._begin(chain)

    def _begin(self, chain: FollowedChain) -> None:
        database = DatabaseThread(f"wallets-{chain.name}")
        clock = self._context.clock
        storage = ChainStorage(
            chain.name,
            database,
            fence=self._fence,
            clock=clock,
            stored=self._notifier.wake,
            report=self._notifier.report,
        )
        limits = NodeLimits(answer_seconds=settings.CHAIN_NODE_TIMEOUT)
        follower = ChainFollower(chain, storage, clock=clock, limits=limits)
        with correlated(""):  # it goes on long after whoever has switched it on
            task = asyncio.create_task(_followed(chain, follower, database), name=f"chain {chain.name}")
        task.add_done_callback(lambda _: self._woken.set())
        self._running[chain] = (follower, task)

    async def _end(self, chains: AbstractSet[FollowedChain]) -> None:
        ended = [self._running.pop(chain)[1] for chain in chains]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    def _raise_loss(self) -> None:
        """Raise what has ended a follower: only the loss of the lease does."""
        for _, task in self._running.values():
            if task.done():
                task.result()

    def hear_wake(self, message: Message) -> None:
        """Look at the rows now, on behalf of whoever says so."""
        self._woken_by.hear(message)
        for follower, _task in self._running.values():
            follower.wake()
        self._woken.set()


async def _followed(chain: FollowedChain, follower: ChainFollower, database: DatabaseThread) -> None:
    """Follow a chain, again from the rows after a fault of ours; raise `LeaseLostError`."""
    try:
        while True:
            try:
                await follower.run()
            except LeaseLostError:
                raise
            except Exception:  # the other chains, and their users, don't end by a fault of ours
                logger.exception("a chain is interrupted by a fault; it is followed anew", chain=chain.name)
                await asyncio.sleep(_FAULT_SECONDS)
    finally:
        await database.stop()


async def follow(context: WorkerContext) -> None:
    """Follow chains, or stand by, until cancelled."""
    await WalletsWorker(context).run()
