"""Run the bridge between the exchange's streams and our topics."""

import asyncio
import signal
from typing import Any, cast

import structlog
from channels.layers import get_channel_layer
from django.core.management.base import BaseCommand

from streaming.hub import Hub, Layer
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
        asyncio.run(_run_until_stopped())


async def _run_until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    bridge = asyncio.create_task(_run())
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({bridge, stopping}, return_when=asyncio.FIRST_COMPLETED)
    failed = bridge.done()
    for task in (bridge, stopping):
        task.cancel()
    await asyncio.gather(bridge, stopping, return_exceptions=True)
    if failed:
        bridge.result()
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
