"""What a server that is told to stop says to whoever has only just come."""

import asyncio
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from streaming.gateway.server.server import ServerLimits
from tests.gateway.server.patient_application import PatientApplication, serving_only


class SlowlyAccepting(PatientApplication):
    """Accepts a handshake, once it may."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        self.has_begun.set()
        await self.may_answer.wait()
        await send({"type": "websocket.accept"})


async def test_a_handshake_under_way_is_told_that_the_server_is_unavailable() -> None:
    application = SlowlyAccepting()
    async with serving_only(application, ServerLimits()) as port:
        connecting = asyncio.create_task(connect(f"ws://127.0.0.1:{port}/", proxy=None).__aenter__())
        connecting.add_done_callback(lambda _: application.may_answer.set())  # the stop waits for the application
        await application.has_begun.wait()
    with pytest.raises(InvalidStatus) as refused:
        await connecting
    assert refused.value.response.status_code == 503
