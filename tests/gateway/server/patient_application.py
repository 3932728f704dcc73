"""An application that reads and answers as slowly as it is told, served on a socket of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from streaming.gateway.server.serve import bind
from streaming.gateway.server.server import GatewayServer, ServerLimits, server_config
from tests.waiting import until


class PatientApplication:
    """Answers 200 to every request, once it may."""

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.begun = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for phase in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{phase}.complete"})
            return
        self.has_begun.set()
        self.begun += 1
        await self.may_answer.wait()
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


@asynccontextmanager
async def serving_only(application: PatientApplication, limits: ServerLimits) -> AsyncIterator[int]:
    """Serve an application that is no gateway, until the end of the `async with`; give the port."""
    listener = bind("127.0.0.1", 0)
    server = GatewayServer(server_config(application, limits), partial(asyncio.sleep, 0))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await until(lambda: server.started)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task
