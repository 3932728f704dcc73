"""A worker within the test's process, on a hub and a database of its own; the runs are real processes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.contrib.auth import get_user_model
from django.db import connections
from pytest_django import Settings

from accounts.models import User
from streaming.clock import Clock, SystemClock
from streaming.commands.parameters import reader_of
from streaming.events import Event
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.times import moment
from streaming.workers.declared_figures import FigureSource
from streaming.workers.worker import WorkerContext
from tests.trading.market import HISTORY, MINUTE, START, SYMBOL, minutes_stored, symbol_listed
from trading.backtests.parameters import NewBacktest, NewSweep
from trading.backtests.services import backtest_create, sweep_create
from trading.events import BacktestLifecycle, BacktestProgress
from trading.models import Backtest
from trading.worker import trade

FAST = {"fast": 5, "slow": 15}


@dataclass
class BacktestRig:
    """Users, their backtests, the hub on which they hear of them, and the worker."""

    hub: Hub
    user: User
    heard: list[Event] = field(default_factory=list)
    _workers: list[asyncio.Task[None]] = field(default_factory=list)

    async def queue(self, *, minutes: int = 300, user: User | None = None, sweep: Any = None, **more: Any) -> Backtest:
        """Queue a cross of averages over so many minutes, or a sweep of it."""
        given = {
            "symbol": SYMBOL,
            "interval": "1m",
            "start": START,
            "end": START + minutes * MINUTE,
            "strategy": "ma_cross",
            "params": FAST,
            **more,
            **(sweep or {}),
        }
        owner, now = self.user if user is None else user, moment(SystemClock().now_ms())
        if sweep is not None:
            wanted = reader_of(NewSweep)(given)
            return await sync_to_async(sweep_create)(owner_id=owner.pk, given=wanted, now=now)
        return await sync_to_async(backtest_create)(owner_id=owner.pk, given=reader_of(NewBacktest)(given), now=now)

    async def work(
        self,
        *,
        epoch: int | None = 1,
        holder: str = "one",
        clock: Clock | None = None,
        figures: FigureSource | None = None,
    ) -> asyncio.Task[None]:
        """Start a worker; with an `epoch` it needs no lease."""
        context = WorkerContext(
            hub=self.hub,
            clock=clock or SystemClock(),
            holder=holder,
            epoch=epoch,
            figures=figures or FigureSource(),
        )
        task = asyncio.create_task(trade(context))
        self._workers.append(task)
        return task

    async def row(self, backtest: Backtest) -> Backtest:
        """Return a backtest as it is now."""
        return await Backtest.objects.aget(pk=backtest.pk)

    async def checked(self, backtest: Backtest) -> None:
        """Return once its checks are made; nobody is told of that."""
        for _ in range(1000):
            if not (await self.row(backtest)).is_checking:
                return
            await asyncio.sleep(0.02)
        pytest.fail("the checks were not made within 20 s")

    def states(self, backtest: Backtest) -> list[str]:
        """Return what was told of a backtest's life."""
        return [event.event for event in self.heard if isinstance(event, BacktestLifecycle) and event.id == backtest.pk]

    def progress(self, backtest: Backtest) -> list[BacktestProgress]:
        """Return what was told of its progress."""
        return [event for event in self.heard if isinstance(event, BacktestProgress) and event.id == backtest.pk]

    async def close(self) -> None:
        """End all workers."""
        for task in self._workers:
            task.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)


@pytest.fixture
async def rig(transactional_db: None, settings: Settings) -> AsyncIterator[BacktestRig]:
    """Return a rig with a market of some hundred stored minutes; progress is told often."""
    settings.BACKTESTS_POLL_SECONDS = 0.02
    settings.BACKTESTS_PROGRESS_SECONDS = 0.05
    user = await get_user_model().objects.acreate(username="trader", email="trader@example.com")
    await sync_to_async(symbol_listed)()
    await sync_to_async(minutes_stored)(-HISTORY, HISTORY + 400)
    hub = Hub(InMemoryChannelLayer(capacity=10_000), topic_registry(), linger=0)
    await hub.start()
    rig = BacktestRig(hub, user)
    (await hub.acquire(DottedGroup("c.backtest.all"))).add_callback(rig.heard.append)
    yield rig
    await rig.close()
    await hub.stop()
    await sync_to_async(connections.close_all)()
