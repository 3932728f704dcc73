"""What a process of `run_deliveries` does: it carries deliveries and account mails, forgets what is old, is seen."""

import asyncio

from django.conf import settings

from accounts.mails.sending import AccountMailSender
from alerts.deliveries.worker import DeliveriesWorker
from alerts.retention.forgetting import Forgetting
from streaming.clock import Clock, SystemClock
from streaming.fan_out.hub import Hub
from streaming.workers.presence import present
from streaming.workers.process import new_process_id

WORKER_NAME = "deliveries"


async def carry(hub: Hub, *, clock: Clock | None = None, process: str | None = None) -> None:
    """Deliver, and now and then delete what is old, until cancelled."""
    clock = clock or SystemClock()
    forgetting = Forgetting(interval=settings.ALERTS_FORGET_SECONDS, clock=clock)
    mails = AccountMailSender(poll_seconds=settings.DELIVERIES_POLL_SECONDS, clock=clock)
    await forgetting.start()
    try:
        async with asyncio.TaskGroup() as beside:
            beside.create_task(mails.run(), name="mails about accounts")
            await DeliveriesWorker(hub, clock=clock, holder=process).run()
    finally:
        await forgetting.stop()


async def carry_seen(hub: Hub, *, clock: Clock | None = None) -> None:
    """Do the same, and let the deployment's other processes see that this one does it."""
    process, seconds = new_process_id(), settings.DELIVERIES_PRESENCE_SECONDS
    async with present(WORKER_NAME, process=process, seconds=seconds, clock=clock):
        await carry(hub, clock=clock, process=process)
