"""One backtest in this terminal: checked, its candles fetched, run in a process of its own."""

import asyncio

from channels.db import database_sync_to_async

from streaming.clock import SystemClock
from streaming.commands.errors import WrongParametersError
from streaming.market.missing_symbols import missing_symbols_fetch
from streaming.market.own_source import own_source
from streaming.workers.database_thread import DatabaseThread
from trading.backtests.checking import faults_of
from trading.backtests.parameters import NewBacktest
from trading.backtests.stored_plans import columns_of
from trading.engine.backtests.results.result import BacktestResult
from trading.models import Backtest
from trading.running.packing import unpacked
from trading.running.run import RunListener, candles_of, run_of


async def backtest_result(given: NewBacktest, listener: RunListener) -> BacktestResult:
    """Return what came of a backtest; nothing of it is stored but the candles that were missing.

    Raise `WrongParametersError`, `MarketUnavailableError` where no symbols can be had, and what `run_of` raises.
    Cancelled, it leaves no process behind.
    """
    clock, stopping, database = SystemClock(), asyncio.Event(), DatabaseThread("backtest-candles")
    await missing_symbols_fetch(source=own_source(), clock=clock)
    if faults := await database_sync_to_async(faults_of)(given, now_ms=clock.now_ms()):
        raise WrongParametersError(faults)
    backtest = Backtest(**columns_of(given))
    try:
        candles = await candles_of(backtest, listener, stopping=stopping, database=database, clock=clock)
        ended = await run_of(backtest, candles, listener, trials=1, stopping=stopping, slots=asyncio.Semaphore(1))
    finally:
        await database.stop()
    return unpacked(ended.data)
