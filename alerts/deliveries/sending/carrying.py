"""What a delivery worker does: it carries deliveries, and the mails about accounts."""

import asyncio

from django.conf import settings

from accounts.mails.sending import AccountMailSender
from alerts.deliveries.sending.worker import DeliveriesWorker
from streaming.workers.worker import WorkerContext


async def carry_deliveries(context: WorkerContext) -> None:
    """Deliver until cancelled."""
    mails = AccountMailSender(poll_seconds=settings.DELIVERIES_POLL_SECONDS, clock=context.clock)
    async with asyncio.TaskGroup() as beside:
        beside.create_task(mails.run(), name="mails about accounts")
        await DeliveriesWorker(context.hub, clock=context.clock, holder=context.holder).run()
