"""Trainings at work: those of each night and those that were asked for, beside the backtests of the same processes."""

import asyncio
from datetime import datetime
from functools import partial

import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from streaming.database.errors import AnyDatabaseError
from streaming.events import Interval
from streaming.events.system import LogLevel
from streaming.market.errors import MarketUnavailableError
from streaming.market.own_source import own_source
from streaming.market.selectors import interval_fault, symbol_fault
from streaming.outage import Outage
from streaming.system_log import log_publish
from streaming.times import iso_time, milliseconds, moment
from streaming.tracing.origin import continued
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fault_barrier import fault_barrier
from streaming.workers.worker import WorkerContext
from trading.learning.kinds import ModelKind, learning_is_installed
from trading.models import ModelTraining, ModelVersion
from trading.price_models import trainings
from trading.price_models.selectors import ModelName
from trading.running.process import ProcessDiedError, RunFailedError
from trading.running.training import model_trained, nightly_terms

LOG_SOURCE = "models"
_LOOK_SECONDS = 1.0
_OUR_FAULT = "it failed for a reason that the log of the worker tells"

logger = structlog.get_logger(__name__)


def nightly_models() -> list[ModelName]:
    """Return which models the settings have trained each night."""
    interval, source = Interval(settings.LEARNING_INTERVAL), own_source()
    kinds = [ModelKind(algorithm) for algorithm in settings.LEARNING_ALGORITHMS]
    return [ModelName(symbol, interval, kind, source) for symbol in settings.LEARNING_SYMBOLS for kind in kinds]


class ModelTrainings:
    """Trains while the worker holds its lease; `slots` are the processes that it shares with the backtests."""

    def __init__(self, context: WorkerContext, *, slots: asyncio.Semaphore) -> None:
        self._context = context
        self._slots = slots
        self._database = DatabaseThread("trading-trainings")
        self._running: dict[int, asyncio.Task[None]] = {}
        self._may_be_left = True
        self._outage = Outage("database of the trainings", context.clock)

    async def run(self, claim: int) -> None:
        """Train what is due until cancelled; without the extra `learning` there is nothing to do."""
        if not learning_is_installed():
            return
        try:
            while True:
                async with fault_barrier("trainings", self._outage, failed=self._note_left):
                    await self.look(claim)
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await self.leave(claim)

    async def look(self, claim: int) -> None:
        """Ask for what the clock says, and begin what waits, as far as there is room."""
        if self._may_be_left:
            await self._take_over(claim)
        request = partial(trainings.nightly_trainings_request, nightly_models(), hour=settings.LEARNING_HOUR)
        await database_sync_to_async(request)(now=self._now())
        while len(self._running) < settings.BACKTESTS_PROCESSES:
            training = await database_sync_to_async(trainings.training_claim)(claim=claim, now=self._now())
            if training is None:
                return
            task = asyncio.create_task(self._train_on_behalf(training, claim), name=str(training))
            self._running[training.pk] = task
            task.add_done_callback(partial(self._ended, training.pk))

    async def settled(self) -> None:
        """Wait until nothing is being trained."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def leave(self, claim: int) -> None:
        """End what is being trained; it waits again for whoever trains next."""
        left = dict(self._running)
        for task in left.values():
            task.cancel()
        await asyncio.gather(*left.values(), return_exceptions=True)
        for training_id in left:
            try:
                await self._put_back(training_id, claim)
            except AnyDatabaseError as error:
                logger.warning("a training could not be given back", reason=repr(error))
        await self._database.stop()

    async def _put_back(self, training_id: int, claim: int) -> None:
        """Let a training wait again."""
        put_back = database_sync_to_async(trainings.training_put_back)
        await put_back(training_id=training_id, claim=claim, now=self._now())

    async def _take_over(self, claim: int) -> None:
        """End what nobody does any more: else the same could not be asked for again."""
        self._may_be_left = False
        take_over = database_sync_to_async(trainings.trainings_take_over)
        await take_over(claim=claim, held=list(self._running), now=self._now())

    def _note_left(self) -> None:
        self._may_be_left = True

    async def _train_on_behalf(self, training: ModelTraining, claim: int) -> None:
        with continued(training.origin, "training", training=training.pk):
            await self._train(training, claim)

    async def _train(self, training: ModelTraining, claim: int) -> None:
        """Train one to its end, and tell staff what came of it."""
        name = trainings.name_of_training(training)
        try:
            reason = await database_sync_to_async(_untrainable)(training, name)
        except MarketUnavailableError:
            await self._put_back(training.pk, claim)  # on the first start: the exchange's symbols come in a moment
            return
        if reason is not None:
            await self._fail(training, claim, reason, is_final=True)
            return
        try:
            version = await model_trained(
                nightly_terms(name),
                fetched=lambda _done, _wanted: None,
                begins=lambda: None,
                stopping=asyncio.Event(),
                slots=self._slots,
                database=self._database,
                clock=self._context.clock,
            )
        except (RunFailedError, ProcessDiedError, MarketUnavailableError) as error:
            await self._fail(training, claim, str(error))
        except Exception:
            logger.exception("a training has failed", training=str(training))
            await self._fail(training, claim, _OUR_FAULT)
        else:
            await self._complete(training, claim, version)

    async def _complete(self, training: ModelTraining, claim: int, version: ModelVersion) -> None:
        done = database_sync_to_async(trainings.training_completed)
        await done(training_id=training.pk, claim=claim, version=version, now=self._now())
        await self._tell(LogLevel.INFO, f"{version} was trained, and is asked from now on")

    async def _fail(self, training: ModelTraining, claim: int, reason: str, *, is_final: bool = False) -> None:
        failed = database_sync_to_async(trainings.training_failed)
        due_at = await failed(training_id=training.pk, claim=claim, reason=reason, is_final=is_final, now=self._now())
        name = trainings.name_of_training(training)
        stays = await database_sync_to_async(trainings.current_version_text)(name)
        again = "" if due_at is None else f"; it is tried again at {iso_time(milliseconds(due_at))}"
        await self._tell(LogLevel.WARN, f"The {training} has failed; {stays}. {reason}{again}")

    async def _tell(self, level: LogLevel, message: str) -> None:
        await log_publish(self._context.hub, level=level, source=LOG_SOURCE, message=message, clock=self._context.clock)

    def _ended(self, training_id: int, task: asyncio.Task[None]) -> None:
        del self._running[training_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a training was left", training=training_id, exc_info=error)
            self._note_left()

    def _now(self) -> datetime:
        return moment(self._context.clock.now_ms())


def _untrainable(training: ModelTraining, name: ModelName) -> str | None:
    """Return why the exchange will never have candles for it, and of a night's which setting asks for them."""
    faults = {"LEARNING_SYMBOLS": symbol_fault(name.symbol), "LEARNING_INTERVAL": interval_fault(name.interval)}
    for setting, fault in faults.items():
        if fault is not None:
            return fault if training.night is None else f"{fault}; {setting} names it"
    return None
