"""The full checks of a run that has ended, made by whoever runs backtests, in a process as any run."""

import asyncio

import msgspec
import structlog

from streaming.clock import Clock
from streaming.workers.database_thread import DatabaseThread
from trading.engine.backtests.checks.report import ChecksReport
from trading.engine.backtests.plan import Progress
from trading.models import Backtest
from trading.running.process import ProcessDiedError, RunFailedError
from trading.running.queue import checks_store
from trading.running.run import candles_of, run_of

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
    """Make the checks of a run in full and store them. Cancelled, it leaves no process, and all is still to be done."""
    stopping = asyncio.Event()
    found: ChecksReport | None = None
    try:
        candles = await candles_of(backtest, _Nobody(), stopping=stopping, database=database, clock=clock)
        ended = await run_of(backtest, candles, _Nobody(), trials=1, stopping=stopping, slots=slots, checks=True)
        found = msgspec.msgpack.decode(ended.data, type=ChecksReport)
    except (RunFailedError, ProcessDiedError) as error:
        logger.warning("the checks of a backtest can't be made", backtest=backtest.pk, reason=str(error))
    await database.run(checks_store, backtest_id=backtest.pk, checks=found)
