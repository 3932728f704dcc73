"""`python -m tests.clients.stage`: a whole deployment, an exchange that fails, and a proxy that cuts, for any client.

Prints one line of JSON that tells where everything is, and ends when its standard input does.
What can be asked of it: clients/scenarios/README.md.
"""

import asyncio
import json
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from tests.clients.control import Control
from tests.clients.staged_gateway import Stage


async def run() -> None:
    """Run a stage until the standard input ends, or a signal comes."""
    with TemporaryDirectory(prefix="stage-") as folder:
        stage = Stage(Path(folder))
        try:
            await stage.start()
            await _serve(stage)
        finally:
            await stage.stop()


async def _serve(stage: Stage) -> None:
    server = uvicorn.Server(uvicorn.Config(Control(stage), port=0, log_level="warning", lifespan="off"))
    listener = server.config.bind_socket()
    listener.listen()  # whoever reads the line may ask at once
    print(json.dumps(stage.addresses(listener.getsockname()[1])), flush=True)  # noqa: T201

    def until_input_ends() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=until_input_ends, daemon=True).start()
    await server.serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(run())
