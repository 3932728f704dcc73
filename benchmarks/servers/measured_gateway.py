"""What `manage.py serve` runs, in a process that also sees by how much its event loop is late.

Every 10 ms a timer is set, and how late it fired is written to a file. Runs below Django's `shell`.
"""

import asyncio
import socket
import time
from pathlib import Path
from typing import TextIO

from benchmarks import lag_report
from streaming.gateway.server.serve import bind, serve, url_of
from streaming.management.running import run_until_stopped


def run(port: int, report: str) -> None:
    """Serve on `port` until SIGTERM; the file `report` is what `lag_report` reads."""
    with Path(report).open("w", encoding="ascii", buffering=1) as lines:
        listener = bind("127.0.0.1", port)
        print(f"Serving on {url_of(listener)} since {time.time():.3f}", flush=True)
        run_until_stopped(_measured(listener, lines))


async def _measured(listener: socket.socket, lines: TextIO) -> None:
    sampling = asyncio.create_task(lag_report.write(lines))
    try:
        await serve(listener)
    finally:
        sampling.cancel()
        await asyncio.gather(sampling, return_exceptions=True)
