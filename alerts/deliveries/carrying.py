"""What a delivery worker does: it carries deliveries and account mails, and forgets what is old."""

import asyncio

from django.conf import settings

from accounts.mails.sending import AccountMailSender
from alerts.deliveries.worker import DeliveriesWorker
from alerts.retention.forgetting import Forgetting
from streaming.workers.worker import WorkerContext


async def carry_deliveries(context: WorkerContext) -> None:
    """Deliver, and now and then delete what is old, until cancelled."""
    forgetting = Forgetting(interval=settings.ALERTS_FORGET_SECONDS, clock=context.clock)
    mails = AccountMailSender(poll_seconds=settings.DELIVERIES_POLL_SECONDS, clock=context.clock)
    await forgetting.start()
    try:
        async with asyncio.TaskGroup() as beside:
            beside.create_task(mails.run(), name="mails about accounts")
            await DeliveriesWorker(context.hub, clock=context.clock, holder=context.holder).run()
    finally:
        await forgetting.stop()
