"""What a process of `run_deliveries` does: it carries deliveries, deletes what is old, and lets itself be seen."""

from django.conf import settings

from alerts.deliveries.worker import DeliveriesWorker
from alerts.retention.forgetting import Forgetting
from streaming.clock import Clock, SystemClock
from streaming.hub import Hub
from streaming.presence import present
from streaming.process import new_process_id

WORKER_NAME = "deliveries"


async def carry(hub: Hub, *, clock: Clock | None = None, process: str | None = None) -> None:
    """Deliver, and now and then delete what is old, until cancelled."""
    clock = clock or SystemClock()
    forgetting = Forgetting(interval=settings.ALERTS_FORGET_SECONDS, clock=clock)
    await forgetting.start()
    try:
        await DeliveriesWorker(hub, clock=clock, holder=process).run()
    finally:
        await forgetting.stop()


async def carry_seen(hub: Hub, *, clock: Clock | None = None) -> None:
    """Do the same, and let the deployment's other processes see that this one does it."""
    process, seconds = new_process_id(), settings.DELIVERIES_PRESENCE_SECONDS
    async with present(WORKER_NAME, process=process, seconds=seconds, clock=clock):
        await carry(hub, clock=clock, process=process)
