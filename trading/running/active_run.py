"""A backtest that this worker runs: from its claim to its row's end, told of on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.fan_out.hub import Hub
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from trading.backtests.services import CANCELLED
from trading.engine.backtests.plan import Progress
from trading.events import BacktestPhase, BacktestState
from trading.metrics import BACKTESTS_ENDED
from trading.models import Backtest, BacktestKind
from trading.running.backtest_events import Advance, advance_tell
from trading.running.jobs import Ended
from trading.running.process import ProcessDiedError, RunFailedError
from trading.running.queue import Ending, backtest_end, backtest_put_back, progress_store, trials_of
from trading.running.run import candles_of, run_of
from trading.running.slots import RunStoppedError

_OUR_FAULT = "It failed for a reason that is no fault of yours; the operators find it in the log"
_AGAIN_SECONDS = 0.5

logger = structlog.get_logger(__name__)
T = TypeVar("T")


class ActiveRun:
    """One backtest that was claimed; `run` it once, and set `stopping` to have it end with what it has."""

    def __init__(
        self,
        backtest: Backtest,
        *,
        claim: int,
        hub: Hub,
        database: DatabaseThread,
        clock: Clock,
        slots: asyncio.Semaphore,
    ) -> None:
        self.stopping = asyncio.Event()
        self.is_sweep = backtest.kind == BacktestKind.SWEEP
        self._backtest = backtest
        self._claim = claim
        self._hub = hub
        self._database = database
        self._clock = clock
        self._slots = slots
        self._advance = Advance(
            phase=BacktestPhase.CANDLES, progress=0.0, time=backtest.start, fills=0, equity=backtest.initial_capital
        )
        self._has_advanced = asyncio.Event()

    async def run(self) -> None:
        """Run it to its end, and store that. Cancelled, it leaves the row as it is, and no process behind."""
        telling = asyncio.create_task(self._tell_while_it_runs())
        try:
            ending = await self._ending()
        finally:
            telling.cancel()
        await self._tell()
        await self._stored(ending)

    def fetched(self, done: int, wanted: int) -> None:
        """Take how many of how many missing candles have had their turn."""
        self._advanced(BacktestPhase.CANDLES, progress=done / wanted if wanted else 0.0)

    def ran(self, progress: Progress) -> None:
        """Take how far the run itself is."""
        self._advanced(
            BacktestPhase.RUN,
            progress=progress.done / progress.total if progress.total else 1.0,
            time=progress.time,
            fills=progress.fills,
            equity=progress.equity,
        )

    def swept(self, done: int) -> None:
        """Take how many runs of a sweep are done."""
        self._advanced(BacktestPhase.RUN, progress=done / self._backtest.runs)

    async def _ending(self) -> Ending | None:
        """Run, and return how it ended; None where it is to be taken up once more."""
        try:
            return _ending_of(await self._ended())
        except RunStoppedError:
            return Ending(state=BacktestState.CANCELLED, reason=CANCELLED)
        except RunFailedError as error:
            return Ending(state=BacktestState.ERROR, reason=str(error))
        except ProcessDiedError as error:
            return self._after_death(error)
        except AnyDatabaseError as error:
            logger.warning("a backtest waits for the database", backtest=self._backtest.pk, reason=repr(error))
            return None
        except Exception:
            logger.exception("a backtest has failed", backtest=self._backtest.pk)
            return Ending(state=BacktestState.ERROR, reason=_OUR_FAULT)

    async def _ended(self) -> Ended:
        backtest = self._backtest
        candles = await candles_of(backtest, self, stopping=self.stopping, database=self._database, clock=self._clock)
        trials = await self._database.run(trials_of, backtest)
        return await run_of(backtest, candles, self, trials=trials, stopping=self.stopping, slots=self._slots)

    def _after_death(self, error: ProcessDiedError) -> Ending | None:
        logger.warning("the process of a backtest has died", backtest=self._backtest.pk, how=str(error))
        if self.stopping.is_set():
            return Ending(state=BacktestState.CANCELLED, reason=CANCELLED)
        attempts = self._backtest.attempts
        if attempts < settings.BACKTESTS_ATTEMPTS:
            return None
        return Ending(state=BacktestState.ERROR, reason=f"The process that ran it {error}, in {attempts} attempts")

    async def _stored(self, ending: Ending | None) -> None:
        """Store the end, as often as the database needs to be asked."""
        owned: dict[str, Any] = {"backtest_id": self._backtest.pk, "claim": self._claim}
        while True:
            now = moment(self._clock.now_ms())
            try:
                if ending is None:
                    await database_sync_to_async(backtest_put_back)(**owned, now=now)
                elif await database_sync_to_async(backtest_end)(**owned, ending=ending, now=now):
                    BACKTESTS_ENDED.add(ending.state.value)
            except AnyDatabaseError as error:
                logger.warning("the end of a backtest waits for the database", **owned, reason=repr(error))
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    def _advanced(self, phase: BacktestPhase, **known: Any) -> None:
        before = self._advance
        told = {"time": before.time, "fills": before.fills, "equity": before.equity, **known}
        self._advance = Advance(phase=phase, **told)
        self._has_advanced.set()

    async def _tell_while_it_runs(self) -> None:
        while True:
            await self._has_advanced.wait()
            await self._tell()
            await asyncio.sleep(settings.BACKTESTS_PROGRESS_SECONDS)

    async def _tell(self) -> None:
        """Tell and store how far it is; where that fails, the next time does as well."""
        self._has_advanced.clear()
        advance, backtest = self._advance, self._backtest
        await _tried(lambda: advance_tell(self._hub, backtest, advance, now_ms=self._clock.now_ms()))
        store = database_sync_to_async(progress_store)
        await _tried(
            lambda: store(backtest_id=backtest.pk, claim=self._claim, phase=advance.phase, progress=advance.progress)
        )


def _ending_of(ended: Ended) -> Ending:
    state = BacktestState.CANCELLED if ended.is_partial else BacktestState.COMPLETED
    return Ending(
        state=state,
        reason=CANCELLED if ended.is_partial else "",
        metrics=ended.metrics,
        data=ended.data,
        hash=ended.hash,
    )


async def _tried(tell: Callable[[], Awaitable[None]]) -> None:
    try:
        await tell()
    except Exception as error:  # noqa: BLE001 - whatever a layer or a database raises: a run goes on without
        logger.warning("the progress of a backtest can't be told", reason=repr(error))
