"""A barrier around each turn of a loop that must not end: a fault costs the turn, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from streaming.database.errors import AnyDatabaseError
from streaming.outage import Outage
from streaming.workers.fencing import LeaseLostError

FAULT_SECONDS = 2.0

logger = structlog.get_logger(__name__)


def _nothing() -> None:
    pass


@asynccontextmanager
async def fault_barrier(
    work: str, outage: Outage, *, failed: Callable[[], None] = _nothing, pause: float = FAULT_SECONDS
) -> AsyncIterator[None]:
    """Do a turn of some `work` (words for the log) within; what it raises goes no further, and `failed` is called.

    That the database is away is said once, by `outage`. Any other fault is logged with its traceback, a `MemoryError`
    that another thread has brought about, too; then `pause` seconds pass, for it may come again at once. Cancellation
    and `LeaseLostError` go through.
    """
    try:
        yield
    except LeaseLostError:
        raise
    except AnyDatabaseError as error:
        failed()
        outage.failed(error)
    except Exception:
        failed()
        logger.exception("a fault; its turn is left, and the work goes on", work=work)
        await asyncio.sleep(pause)
    else:
        outage.worked()
