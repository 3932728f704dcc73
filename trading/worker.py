"""`run_trading`: trades on paper, runs the backtests that wait and trains models, each in a process of its own.

One at a time holds the lease; another stands by.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from streaming.database.errors import AnyDatabaseError
from streaming.layer.channel_layer import Message
from streaming.outage import Outage
from streaming.times import moment
from streaming.tracing.origin import continued
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.declared_figures import FigureValue
from streaming.workers.fault_barrier import fault_barrier
from streaming.workers.fencing import Fence, LeaseLostError
from streaming.workers.leases.leases import work_while_leased
from streaming.workers.waiting import wait_for
from streaming.workers.wake_ups import listen_for_wake_ups
from streaming.workers.worker import WorkerContext
from trading.backlog import backlog_figures
from trading.declared_workers import TRADING_WORKER
from trading.live.worker.live_trading import LiveTrading
from trading.models import Backtest
from trading.running.active_run import ActiveRun
from trading.running.backtest_events import state_tell
from trading.running.checking import checks_made
from trading.running.queue import backtest_put_back, backtests_take_over, backtests_told, commands_now
from trading.running.trainings import ModelTrainings

_LEAVE_SECONDS = 2.0
_SWEEPS_PER_PROCESS = 2
"""So many are under way at the most; they hold candles in memory, whoever has the processes."""

logger = structlog.get_logger(__name__)


class TradingWorker:
    """Runs backtests while it holds the lease; with an `epoch` given it is the one worker by whoever's word."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context
        self._database = DatabaseThread("trading-candles")
        self._runs: dict[str, tuple[ActiveRun, asyncio.Task[None]]] = {}
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()
        self._slots = asyncio.Semaphore(settings.BACKTESTS_PROCESSES)
        self._outage = Outage("database of the backtests", context.clock)
        self._may_be_left = True
        self._live: LiveTrading | None = None

    async def run(self) -> None:
        """Run backtests, or stand by, until cancelled. Call it once."""
        listening = asyncio.create_task(listen_for_wake_ups(self._context.hub, TRADING_WORKER.name, self._hear_wake))
        try:
            await work_while_leased(
                self._context,
                TRADING_WORKER.name,
                self._do_both,
                seconds=settings.TRADING_LEASE_SECONDS,
                renewal=settings.TRADING_LEASE_RENEWAL_SECONDS,
            )
        finally:
            listening.cancel()
            await self._database.stop()

    def _hear_wake(self, message: Message) -> None:
        if self._live is not None:
            self._live.hear_wake(message)

    async def _do_both(self, claim: int, *, fence: Fence | None) -> None:
        """Trade and run backtests, until cancelled or until another has the lease."""
        live = self._live = LiveTrading(self._context, fence=fence, epoch=claim)
        self._context.figures.read = partial(self._figures, live)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._work(claim), name="backtests")
                tasks.create_task(live.run(), name="live trading")
                tasks.create_task(ModelTrainings(self._context, slots=self._slots).run(claim), name="trainings")
        except* LeaseLostError:
            logger.warning("another trades by now", holder=self._context.holder)
        finally:
            self._live = None
            self._context.figures.read = None

    async def _figures(self, live: LiveTrading) -> Mapping[str, FigureValue]:
        """Return what is done now, and what waits, by the names of `TRADING_FIGURES`."""
        now = self._now()
        waiting = await database_sync_to_async(backlog_figures)(now)
        return {**live.figures, **waiting, "backtests_running": FigureValue(len(self._runs))}

    async def _work(self, claim: int) -> None:
        try:
            while True:
                self._woken.clear()
                async with fault_barrier("backtests", self._outage, failed=self._note_left):
                    if self._may_be_left:
                        await self._take_over(claim)
                    await self._turn(claim)
                await wait_for(self._woken, settings.BACKTESTS_POLL_SECONDS)
        finally:
            await self._leave(claim)

    async def _take_over(self, claim: int) -> None:
        """Queue anew what nobody runs: a worker before us has left it, or a fault of ours came behind its claim."""
        self._may_be_left = False
        take_over = database_sync_to_async(backtests_take_over)
        if left := await take_over(claim=claim, held=list(self._runs), now=self._now()):
            logger.warning("backtests were left running", count=left)

    def _note_left(self) -> None:
        self._may_be_left = True

    async def _turn(self, claim: int) -> None:
        """Begin one backtest where there is room, end those that are to end, and tell of those that have ended."""
        commands = await database_sync_to_async(commands_now)(claim=claim, has_room=self._has_room(), now=self._now())
        for backtest_id, (run, task) in self._runs.items():
            if backtest_id in commands.cancelling:
                run.stopping.set()
            if backtest_id not in commands.running:
                task.cancel()  # it was deleted, or is another's by now
        self._check(commands.checking)
        for backtest in commands.untold:
            await self._tell(backtest)
        if commands.claimed is not None:
            await self._begin(commands.claimed, claim)
            self._woken.set()  # there may be another

    def _check(self, wanted: Sequence[Backtest]) -> None:
        """Begin the checks that are to be made in full, and leave those of what was deleted."""
        ids = {backtest.pk for backtest in wanted}
        for backtest_id, task in self._checks.items():
            if backtest_id not in ids:
                task.cancel()
        for backtest in wanted:
            if backtest.pk not in self._checks:
                made = checks_made(backtest, database=self._database, clock=self._context.clock, slots=self._slots)
                task = self._checks[backtest.pk] = asyncio.create_task(made, name=f"checks of {backtest.pk}")
                task.add_done_callback(partial(self._checked, backtest.pk))

    def _checked(self, backtest_id: str, task: asyncio.Task[None]) -> None:
        del self._checks[backtest_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("the checks of a backtest were left", backtest=backtest_id, exc_info=error)

    def _has_room(self) -> bool:
        """Return whether one more may begin: sweeps share the processes with the others, run by run."""
        most, sweeps = settings.BACKTESTS_PROCESSES, sum(run.is_sweep for run, _ in self._runs.values())
        return len(self._runs) - sweeps < most and sweeps < _SWEEPS_PER_PROCESS * most

    async def _begin(self, backtest: Backtest, claim: int) -> None:
        run = ActiveRun(
            backtest,
            claim=claim,
            hub=self._context.hub,
            database=self._database,
            clock=self._context.clock,
            slots=self._slots,
        )
        task = asyncio.create_task(_run(backtest, run), name=f"backtest {backtest.pk}")
        self._runs[backtest.pk] = (run, task)
        task.add_done_callback(lambda ended: self._ended(backtest.pk, ended))
        await self._told(backtest)

    def _ended(self, backtest_id: str, task: asyncio.Task[None]) -> None:
        del self._runs[backtest_id]
        self._woken.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a backtest was left", backtest=backtest_id, exc_info=error)
            self._note_left()

    async def _tell(self, backtest: Backtest) -> None:
        """Tell of a state that was stored untold, until that has worked once."""
        if await self._told(backtest):
            await database_sync_to_async(backtests_told)(backtest_id=backtest.pk, state=backtest.state)

    async def _told(self, backtest: Backtest) -> bool:
        try:
            await state_tell(self._context.hub, backtest, now_ms=self._context.clock.now_ms())
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it is told again
            logger.warning("the state of a backtest can't be told", backtest=backtest.pk, reason=repr(error))
            return False
        return True

    async def _leave(self, claim: int) -> None:
        """End what runs, and queue it anew; where the database doesn't answer soon, the next worker does that."""
        left = {backtest_id: task for backtest_id, (_, task) in self._runs.items()}
        for task in left.values():
            task.cancel()
        checks = list(self._checks.values())
        for task in checks:
            task.cancel()
        await asyncio.gather(*left.values(), *checks, return_exceptions=True)
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                for backtest_id in left:
                    await database_sync_to_async(backtest_put_back)(
                        backtest_id=backtest_id, claim=claim, now=self._now(), counts=False
                    )
        except (AnyDatabaseError, TimeoutError) as error:
            logger.warning("backtests could not be given back", reason=repr(error))

    def _now(self) -> datetime:
        return moment(self._context.clock.now_ms())


async def _run(backtest: Backtest, run: ActiveRun) -> None:
    with continued(backtest.origin, "backtest", backtest=backtest.pk):
        await run.run()


async def trade(context: WorkerContext) -> None:
    """Trade and run backtests, or stand by, until cancelled."""
    await TradingWorker(context).run()
