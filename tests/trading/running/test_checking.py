"""The full checks of a run that fail: by a fault they end, while the database is away they wait."""

import asyncio
from typing import Any, NoReturn

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection

from streaming.clock import SystemClock
from streaming.workers.database_thread import DatabaseThread
from tests.trading.running.conftest import BacktestRig
from tests.waiting import until
from trading.backtests.services import backtest_check
from trading.models import Backtest, BacktestResult
from trading.running.checking import checks_made


@pytest.mark.parametrize(
    ("model", "fault"), [(Backtest, {"interval": "7m"}), (BacktestResult, {"data": b"of another version"})]
)
async def test_checks_that_fail_by_a_fault_of_ours_end(
    rig: BacktestRig, model: type[Backtest] | type[BacktestResult], fault: dict[str, Any]
) -> None:
    backtest = await rig.queue()
    worker = await rig.work()
    await until(lambda: rig.states(backtest) == ["started", "completed"])
    await model.objects.filter(pk=backtest.pk).aupdate(**fault)
    await sync_to_async(backtest_check)(backtest=await rig.row(backtest))
    await rig.checked(backtest)
    assert not worker.done()


async def test_checks_wait_for_a_database_that_is_away_and_do_not_ask_it_at_once_again(rig: BacktestRig) -> None:
    backtest = await rig.queue()
    await Backtest.objects.filter(pk=backtest.pk).aupdate(is_checking=True)
    database, clock = DatabaseThread("checks"), SystemClock()
    await database.run(lambda: connection.execute_wrappers.append(_away))
    begun = clock.monotonic()
    await checks_made(backtest, database=database, clock=clock, slots=asyncio.Semaphore(1))
    assert clock.monotonic() - begun > 0.4
    assert (await rig.row(backtest)).is_checking
    await database.stop()


def _away(*_: object) -> NoReturn:
    """Answer a query as a database that can't be reached does."""
    raise OperationalError("could not connect to server")
