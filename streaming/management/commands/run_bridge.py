"""Run the bridge between the exchange's streams and our topics."""

from typing import Any

import structlog
from django.core.management.base import BaseCommand

from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Layer
from streaming.management.running import check_start, run_until_stopped
from streaming.management.worker_process import leave, leave_a_hanging_database, shared_layer
from streaming.market.bridge.bridge import Bridge
from streaming.market.bridge.settings import bridge_settings
from streaming.market.publishing.last_values import last_values_from_settings
from streaming.topic_kinds import default_registry
from streaming.workers.waiting import until_it_works

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    """`manage.py run_bridge`."""

    help = (
        "Read the exchange's streams for what gateways and workers want, and publish it to them. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        check_start()
        run_until_stopped(_run(shared_layer("The bridge would reach no other process")))
        logger.info("the bridge has ended")
        leave_a_hanging_database()


async def _run(layer: Layer) -> None:
    exchange = bridge_settings()
    logger.info("the bridge starts", source=exchange.source.value, streams=exchange.stream_urls, rest=exchange.rest_url)
    last_values = last_values_from_settings()
    hub = Hub(layer, default_registry())
    try:
        await until_it_works(hub.start, what="channel layer", pause=exchange.publishing.retry)
        await Bridge(hub, last_values=last_values, exchange=exchange).run()
    finally:
        await leave(hub.stop, last_values.close)
