"""The full checks of a run that has ended, made by whoever runs backtests, in a process as any run."""

import asyncio

import msgspec
import structlog

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.workers.database_thread import DatabaseThread
from trading.engine.backtests.checks.report import ChecksReport
from trading.engine.backtests.plan import Progress
from trading.models import Backtest
from trading.running.process import ProcessDiedError, RunFailedError
from trading.running.queue import checks_store
from trading.running.run import candles_of, run_of

_AGAIN_SECONDS = 0.5

logger = structlog.get_logger(__name__)


class _Nobody:
    """Nobody is told how far a check is: whoever wants it asks again."""

    def fetched(self, done: int, wanted: int) -> None:
        pass

    def ran(self, progress: Progress) -> None:
        pass

    def swept(self, done: int) -> None:
        pass


async def checks_made(backtest: Backtest, *, database: DatabaseThread, clock: Clock, slots: asyncio.Semaphore) -> None:
    """Make the checks of a run in full and store them; where the database fails, they are still to be done.

    Any other fault ends them without a result. Cancelled, it leaves no process, and all is still to be done.
    """
    try:
        await _made_and_stored(backtest, database=database, clock=clock, slots=slots)
    except AnyDatabaseError as error:
        logger.warning("the checks of a backtest wait for the database", backtest=backtest.pk, reason=repr(error))
        await asyncio.sleep(_AGAIN_SECONDS)  # whoever called begins them anew at once


async def _made_and_stored(
    backtest: Backtest, *, database: DatabaseThread, clock: Clock, slots: asyncio.Semaphore
) -> None:
    try:
        found = await _made(backtest, database=database, clock=clock, slots=slots)
        await database.run(checks_store, backtest_id=backtest.pk, checks=found)
    except AnyDatabaseError:
        raise
    except Exception:
        logger.exception("the checks of a backtest have failed", backtest=backtest.pk)
        await database.run(checks_store, backtest_id=backtest.pk, checks=None)


async def _made(
    backtest: Backtest, *, database: DatabaseThread, clock: Clock, slots: asyncio.Semaphore
) -> ChecksReport | None:
    """Return what the checks found; None where they can't be made."""
    stopping = asyncio.Event()
    try:
        candles = await candles_of(backtest, _Nobody(), stopping=stopping, database=database, clock=clock)
        ended = await run_of(backtest, candles, _Nobody(), trials=1, stopping=stopping, slots=slots, checks=True)
    except (RunFailedError, ProcessDiedError) as error:
        logger.warning("the checks of a backtest can't be made", backtest=backtest.pk, reason=str(error))
        return None
    return msgspec.msgpack.decode(ended.data, type=ChecksReport)
