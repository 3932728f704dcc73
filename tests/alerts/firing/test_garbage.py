"""What the evaluator does about garbage: nothing where it is a guest."""

import asyncio
import gc
import logging

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from alerts.events import AlertState
from alerts.firing.worker import AlertsWorker
from streaming.fan_out.hub import Hub
from tests.alerts.deliveries.notifying import rule_of, stop
from tests.manual_clock import ManualClock
from tests.waiting import until


@pytest.mark.parametrize("has_own_process", [True, False])
async def test_it_spares_the_collector_its_rules_where_the_process_is_its_own(
    hub_here: Hub, caplog: pytest.LogCaptureFixture, has_own_process: bool
) -> None:
    await sync_to_async(
        lambda: rule_of(User.objects.create(username="Ada", email="ada@example.com"), state=AlertState.PENDING)
    )()
    caplog.set_level(logging.INFO)
    gc.unfreeze()
    worker = AlertsWorker(hub_here, clock=ManualClock(), epoch=1, has_own_process=has_own_process)
    running = asyncio.get_running_loop().create_task(worker.run())
    try:
        await until(lambda: "alerts are evaluated" in caplog.text)
        assert (gc.get_freeze_count() > 0) is has_own_process
    finally:
        await stop([running])
        gc.unfreeze()
