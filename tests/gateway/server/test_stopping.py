"""What a server that is told to stop says to whoever has only just come, or still awaits an answer."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from pytest_django import Settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from streaming.gateway.server.server import ServerLimits
from tests.gateway.server import raw_http
from tests.gateway.server.patient_application import PatientApplication, serving_only
from tests.waiting import until


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
        async with asyncio.timeout(10):
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


class Failing(PatientApplication):
    """Fails at every request."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raise LookupError("of the application")
        await super().__call__(scope, receive, send)


async def test_an_application_that_fails_while_nothing_stops_is_told_with_its_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving_only(Failing(), ServerLimits()) as port:
        assert (await raw_http.ask(port, raw_http.head("GET / HTTP/1.1"))).status == 500
    told = [(record.getMessage().strip(), record.exc_info[0]) for record in caplog.records if record.exc_info]
    assert told == [("Exception in ASGI application", LookupError)]


class SlowDjango(PatientApplication):
    """Django, with one view that answers once it may. It has a task for the view, and one that waits for a hang-up."""

    def __init__(self, *, begins_at_once: bool) -> None:
        super().__init__()
        self._begins_at_once = begins_at_once
        self._django = ASGIHandler()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        application = super().__call__ if scope["type"] == "lifespan" else self._django
        await application(scope, receive, send)

    async def answer(self, _request: HttpRequest) -> HttpResponseBase:
        """The view: its whole answer, or its end, waits."""
        if self._begins_at_once:
            return StreamingHttpResponse(self._pieces())
        await self._wait()
        return HttpResponse("[]")

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield b"["
        await self._wait()
        yield b"]"

    async def _wait(self) -> None:
        self.has_begun.set()
        await self.may_answer.wait()


@pytest.mark.parametrize("begins_at_once", [False, True], ids=["not begun", "begun"])
async def test_django_ends_what_it_has_begun_for_a_request_that_is_cut_off(
    *, begins_at_once: bool, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.MIDDLEWARE = []
    application = SlowDjango(begins_at_once=begins_at_once)
    settings.ROOT_URLCONF = (path("", application.answer),)
    tasks = asyncio.all_tasks()
    head, _ = await _answer_at_the_end(application)
    assert head.startswith(b"HTTP/1.1 200 " if begins_at_once else b"HTTP/1.1 500 ")
    await until(lambda: asyncio.all_tasks() == tasks)
    gc.collect()  # a task that has ended with an error that nobody asks for tells it when it goes
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
