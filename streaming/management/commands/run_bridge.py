"""Run the bridge between the exchange's streams and our topics."""

from typing import Any, cast

import structlog
from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand

from streaming.hub import Hub, Layer
from streaming.management.running import run_until_stopped
from streaming.market.bridge import Bridge
from streaming.market.exchange import exchange_settings
from streaming.market.last_values import last_values_from_settings
from streaming.topic_kinds import default_registry

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    """`manage.py run_bridge`."""

    help = (
        "Read the exchange's streams for what gateways and workers want, and publish it to them. "
        "Several may run: one holds the lease, the others stand by. Ends cleanly on Ctrl-C and SIGTERM."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        run_until_stopped(_run())
        logger.info("the bridge has ended")


async def _run() -> None:
    exchange = exchange_settings()
    logger.info("the bridge starts", source=exchange.source.value, streams=exchange.stream_urls, rest=exchange.rest_url)
    last_values = last_values_from_settings()
    hub = Hub(cast("Layer", get_channel_layer()), default_registry())
    await hub.start()
    try:
        await Bridge(hub, last_values=last_values, exchange=exchange).run()
    finally:
        await hub.stop()
        await last_values.close()
