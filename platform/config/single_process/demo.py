"""The demo: the platform with all its workers in one process and one event loop."""

import asyncio
import socket
from collections.abc import Callable

from config.single_process.simulated_chain import simulated_chain
from config.single_process.workers import ExchangeOptions, Say, exchange, start_workers
from streaming.gateway.server.serve import serve


async def run_demo(listener: socket.socket, options: ExchangeOptions, say: Say, announce: Callable[[], None]) -> None:
    """Run exchange, chain, gateway and all workers until SIGINT or SIGTERM; `announce` is called when they start."""
    async with exchange(options, say) as further, simulated_chain(options, say):
        announce()
        working = start_workers(further)
        serving = asyncio.create_task(serve(listener))
        ended, running = await asyncio.wait([*working, serving], return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for task in ended:
            task.result()  # a part that failed ends the demo, and says why
