"""Paper trading by the worker that holds the lease: the market's events go to the sub-accounts, by turns.

A turn takes what the market has told, applies it in memory, stores what that changed with how far the market was
followed, and publishes it; then it does the same with what others have changed in the rows. Where the database fails,
memory is dropped, and everything planned from rows.
"""

import asyncio
from collections.abc import Collection, Mapping
from decimal import Decimal

import structlog
from django.conf import settings

from streaming.clock import Clock
from streaming.events import Candle, Event, Trades
from streaming.layer.channel_layer import Message
from streaming.market.own_source import own_source
from streaming.outage import Outage
from streaming.stored_events.outbox_publisher import OutboxPublisher
from streaming.topics.topic import Topic
from streaming.tracing.origin import continued
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.declared_figures import FigureValue
from streaming.workers.fault_barrier import fault_barrier
from streaming.workers.fencing import Fence
from streaming.workers.topic_subscriber import TopicSubscriber
from streaming.workers.waiting import until_one_ends, wait_for
from streaming.workers.wake_ups import WokenBy
from streaming.workers.worker import WorkerContext
from trading.declared_workers import TRADING_WORKER
from trading.live.events.outbox import OUTBOX
from trading.live.worker.catching_up import CatchingUp
from trading.live.worker.figures import TurnTiming, live_figures
from trading.live.worker.followed_positions import FollowedPositions
from trading.live.worker.followed_symbol import FollowedSymbol
from trading.live.worker.following import Following
from trading.live.worker.market_events import MarketEvents
from trading.live.worker.models.asked_models import AskedModels
from trading.live.worker.models.book_imbalance_collector import BookImbalanceCollector
from trading.live.worker.periodic_work import PeriodicWork
from trading.live.worker.strategy_candles import StrategyCandles
from trading.live.worker.sub_account_loading import SubAccountLoading
from trading.live.worker.turn_storing import TurnStoring
from trading.live.worker.worker_storing import active_sub_accounts, changed_sub_accounts, positions_read

_RETRY_SECONDS = 0.5
_LOOK_SECONDS = 1.0
_LONG_TURN_MS = 1000
_REST_SECONDS = 0.25
"""After a long turn, in which strategies may not have come back, the loop's others have theirs: the lease's renewal."""

logger = structlog.get_logger(__name__)


class LiveTrading:
    """Trades while the fence is ours. One belongs to one term of the lease; `epoch` is what it publishes with."""

    def __init__(self, context: WorkerContext, *, fence: Fence | None, epoch: int) -> None:
        self._context = context
        self._clock = context.clock
        self._fence = fence
        self._epoch = epoch
        self._database = DatabaseThread("trading-live")
        self._publisher = OutboxPublisher(
            context.hub, self._database, OUTBOX, name=TRADING_WORKER.name, fence=fence, epoch=epoch, clock=context.clock
        )
        self._subscriber = TopicSubscriber(context.hub, self._hear, name=TRADING_WORKER.name)
        self._books = BookImbalanceCollector(self._database)
        self._models = AskedModels(context.hub, self._database, context.clock, self._books)
        self._loading = SubAccountLoading(self._database, context.clock, attach=self._models.attach)
        self._events = MarketEvents()
        self._woken = asyncio.Event()
        self._woken_by = WokenBy()
        self._catching_up = CatchingUp(self._woken.set)
        self._candles = StrategyCandles(self._woken.set, clock=context.clock)
        self._is_woken_by_rows = True
        self._looked_at = 0.0
        self._positions = FollowedPositions(own_source().value, {})
        self._following = self._new_following(context.clock)
        self._storing = self._new_storing()
        self._periodic: PeriodicWork | None = None
        self._outage = Outage("database of trading", context.clock)
        self._timing = TurnTiming(context.clock)

    @property
    def figures(self) -> Mapping[str, FigureValue]:
        """What is traded now, and how long the last turn took."""
        silent_since = self._clock.monotonic() - settings.TRADING_SILENT_SECONDS
        held, symbols = self._following.sub_accounts, self._following.symbols
        turn = FigureValue(self._timing.milliseconds)
        return {**live_figures(held, symbols, silent_since=silent_since), "last_turn": turn}

    async def run(self) -> None:
        """Trade until cancelled; raise `LeaseLostError` where another has the lease."""
        try:
            while True:
                async with fault_barrier("trading, which is planned anew from the rows", self._outage):
                    await self._open()
                    self._outage.worked()
                    await self._trade()
                await asyncio.sleep(_RETRY_SECONDS)
        finally:
            self._subscriber.stop()
            await self._catching_up.stop()
            await self._candles.stop()
            await self._database.stop()

    # -- turns ----------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        """Plan everything from the rows; what was fetched was for a memory that is dropped."""
        await self._catching_up.stop()
        await self._candles.stop()
        stored = await self._database.run(positions_read, own_source().value)
        self._positions = FollowedPositions(own_source().value, stored)
        silent_since = self._clock.monotonic() - settings.TRADING_SILENT_SECONDS
        former = {name: one for name, one in self._following.symbols.items() if one.heard_at >= silent_since}
        self._following = self._new_following(self._clock, former)
        self._storing = self._new_storing()
        await self._load(await self._database.run(active_sub_accounts))
        self._positions.forget()  # a symbol that is followed later begins with its next trade
        self._following.forget_former()
        self._is_woken_by_rows = True
        logger.info(
            "trading begins", sub_accounts=len(self._following.sub_accounts), symbols=len(self._following.symbols)
        )

    def _new_following(self, clock: Clock, former: Mapping[str, FollowedSymbol] | None = None) -> Following:
        return Following(
            sequence_of=self._positions.sequence_of,
            clock=clock,
            former=former,
            market=own_source(),
        )

    def _new_storing(self) -> TurnStoring:
        return TurnStoring(
            self._following,
            loading=self._loading,
            positions=self._positions,
            publisher=self._publisher,
            database=self._database,
            fence=self._fence,
            clock=self._clock,
        )

    async def _trade(self) -> None:
        self._periodic = PeriodicWork(
            self._context.hub,
            sub_accounts=self._following.sub_accounts,
            market_of=self._following.market_of,
            prices=self._prices,
            publish=self._publisher.publish,
            epoch=self._epoch,
            fence=self._fence,
            wake=self._wake,
            clock=self._clock,
        )
        await until_one_ends(self._periodic.run(), self._take_turns())

    async def _take_turns(self) -> None:
        while True:
            self._woken.clear()
            with self._timing.measured():
                await self._turn()
            if self._timing.last_ms > _LONG_TURN_MS:
                await asyncio.sleep(_REST_SECONDS)
            elif self._following.candles.are_waiting:
                await asyncio.sleep(0)  # others of the loop have their turn, too
            elif not (self._events or self._is_woken_by_rows):
                await self._publisher.delete_published()
                await wait_for(self._woken, _LOOK_SECONDS)

    async def _turn(self) -> None:
        """Do what the market has told first: who waits for a fill waits for nothing else."""
        await self._books.store()  # before anything is decided by them: who is built anew after a kill reads the same
        touched = self._following.apply(self._events.taken()) | self._wait_for_cut()
        await self._store(touched | self._catch_up() | self._following.advance())
        self._following.forget_applied()
        if self._is_look_due():
            await self._look()
        if self._is_woken_by_rows:
            self._is_woken_by_rows = False
            with continued(self._woken_by.taken(), "sub-accounts followed"):
                waiting = await self._publisher.publish_waiting()
                await self._follow_rows({pk for pk in waiting if isinstance(pk, int)})
            self._is_woken_by_rows |= self._publisher.has_more
            await self._store(self._following.advance())
        await self._subscriber.want(self._following.topics | self._books.topics)

    def _is_look_due(self) -> bool:
        return self._clock.monotonic() - self._looked_at >= _LOOK_SECONDS

    async def _look(self) -> None:
        """Look each second what no event brings: changes whose wake was lost, silence, levels that were refused."""
        self._looked_at = self._clock.monotonic()
        self._is_woken_by_rows = True
        self._following.look_again()
        await self._models.look(self._following.sub_accounts.values())
        self._candles.look(self._following.without_candles)
        await self._loading.read_gates(self._following.sub_accounts.values())
        touched = self._following.look_at_silence(settings.TRADING_SILENT_SECONDS)
        await self._store(touched, also_positions=True)  # who begins after us fetches from there

    async def _follow_rows(self, ids: Collection[int]) -> None:
        """Load anew what another has changed, by the filters by which it was placed."""
        await self._take_changed_instruments()
        held = self._following.sub_accounts
        versions = {pk: held[pk].version if pk in held else 0 for pk in ids}
        changed = await self._database.run(changed_sub_accounts, versions)
        for pk in changed.ended:
            self._following.drop(pk)
        self._loading.forget(changed.ended)
        await self._load(changed.active)
        self._note_changed(changed.owner_ids)

    async def _take_changed_instruments(self) -> None:
        """Load anew all that trades a symbol whose filters have changed: orders are placed by those of now."""
        following = self._following
        changed = await self._loading.take_changed_instruments(following.sub_accounts.values())
        members = [followed.members for name, followed in following.symbols.items() if name in changed]
        await self._load({pk for ids in members for pk in ids})

    async def _load(self, ids: Collection[int]) -> None:
        """Hold sub-accounts as they are stored now, and what is gone no more."""
        loaded = await self._loading.loaded(ids)
        for pk in ids - loaded.keys():
            self._following.drop(pk)
        for one in loaded.values():
            self._following.put(one)

    async def _store(self, touched: set[int], *, also_positions: bool = False) -> None:
        """Store what has changed, and publish what is to be told of it, to each behind what was stored before."""
        if not touched and not (also_positions and self._positions.moved(self._following.symbols)):
            return
        stored = await self._storing.store(touched)
        self._note_changed({changes.loaded.owner_id for changes in stored.changes})
        is_told = await self._publisher.publish_stored(stored.told) and not stored.others_wait
        self._is_woken_by_rows |= not is_told

    def _note_changed(self, owner_ids: Collection[int]) -> None:
        if self._periodic is not None:
            self._periodic.note_changed(owner_ids)

    def _prices(self) -> dict[str, Decimal]:
        known = ((name, followed.price) for name, followed in self._following.symbols.items())
        return {name: price for name, price in known if price is not None}

    # -- the market -----------------------------------------------------------------------------------------------

    def _hear(self, topic: Topic, event: Event) -> None:
        self._books.hear(event)
        if isinstance(event, Candle) and not (event.is_final or event.stale):
            return
        self._events.add(topic.symbol, event)
        if isinstance(event, Trades | Candle) or self._following.due:
            self._woken.set()

    def _wait_for_cut(self) -> set[int]:
        """Pause where more was told than can wait for a turn: the trades that were left out of it are fetched."""
        if cut := self._events.taken_cut():
            logger.error("the market told more than could be stored in time; it is fetched", symbols=sorted(cut))
        return self._following.wait_for_missing(cut)

    def _catch_up(self) -> set[int]:
        """Apply missing trades that were fetched; go on without those that can't be had in time."""
        touched: set[int] = set()
        for fetched in self._catching_up.taken():
            if fetched.trades and (followed := self._following.symbols.get(fetched.symbol)):
                followed.missing_since = None  # it is noted anew: who gets on isn't given up
            touched |= self._following.apply_trades(fetched.symbol, fetched.trades)
            if fetched.answered is not None:
                touched |= self._following.give_up_answered(fetched.symbol, *fetched.answered)
        for name, followed in tuple(self._following.symbols.items()):
            if followed.has_waited(settings.TRADING_MISSING_SECONDS, now=self._clock.monotonic()):
                logger.error("trades of the market are missing for good", symbol=name, ids=followed.sequence.missing)
                touched |= self._following.give_up_missing(name)
        self._catching_up.look(self._following.symbols)
        for candles in self._candles.taken():
            self._following.candles.add(candles)
        return touched | self._following.candles.go_on()

    def hear_wake(self, message: Message) -> None:
        """Look at what others have stored."""
        self._woken_by.hear(message)
        self._wake()

    def _wake(self) -> None:
        self._is_woken_by_rows = True
        self._woken.set()
