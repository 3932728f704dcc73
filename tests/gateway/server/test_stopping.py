"""What a server that is told to stop says to whoever has only just come, or still awaits an answer."""

import asyncio
import json
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


class SlowlyAnswering(PatientApplication):
    """Sends the head of an answer, and never its end."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            await send({"type": "http.response.body", "body": b"[", "more_body": True})
        await super().__call__(scope, receive, send)


async def _answer_at_the_end(application: PatientApplication) -> tuple[bytes, bytes]:
    """Ask an application that doesn't end, stop its server, and return the head and the body that came."""
    async with serving_only(application, ServerLimits(shutdown_timeout=0)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await application.has_begun.wait()
    async with asyncio.timeout(10):
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return head, body


async def test_a_request_that_takes_longer_than_the_stop_is_answered_that_its_end_is_unknown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    head, body = await _answer_at_the_end(PatientApplication())
    assert head.startswith(b"HTTP/1.1 500 ")
    error = json.loads(body)["error"]
    assert error["code"] == "INTERNAL_ERROR"
    assert "isn't known" in error["message"]
    assert [record.exc_info for record in caplog.records if record.exc_info] == []


async def test_an_answer_that_has_begun_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    head, body = await _answer_at_the_end(SlowlyAnswering())
    assert (head[:13], body) == (b"HTTP/1.1 200 ", b"[")
    assert [record.exc_info for record in caplog.records if record.exc_info] == []
