"""What a request is answered that the application hasn't answered when the server's time to stop is over."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from streaming.commands.outcome import CommandErrorCode
from streaming.gateway.server.http_limits import Refusal

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

STOPPED = Refusal(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "The server has stopped before it could answer; whether this was done isn't known",
    CommandErrorCode.INTERNAL_ERROR,  # UNAVAILABLE would say that nothing was done
)
_LEFT: set[asyncio.Future[None]] = set()
"""What the server no longer waits for; a loop alone doesn't keep its tasks."""


def answered_when_stopped(application: Application) -> Application:
    """Return the application, whose requests end quietly where the server cancels them: answered, if none has begun."""

    async def answered(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _Request(application, send).answer(scope, receive)
            return
        try:
            await application(scope, receive, send)
        except asyncio.CancelledError:
            if not _is_cancelled_itself():
                raise

    return answered


class _Request:
    """One request, in a task of its own, which a stop doesn't cancel: it hears that its client has gone.

    Django ends what it has begun for a request when its client goes, and leaves it running when it is cancelled: a task
    that awaits the client's going, and one of the view, which would then answer what has been answered.
    """

    def __init__(self, application: Application, send: Send) -> None:
        self._application = application
        self._send = send
        self._has_begun = False
        self._is_over = False

    async def answer(self, scope: Message, receive: Receive) -> None:
        """Answer; once cancelled, with what says so, or leave an answer that has begun to be cut off by the server."""
        answering = asyncio.ensure_future(self._application(scope, receive, self._pass_on))
        try:
            await asyncio.wait({answering})  # it raises nothing of the application's, so a cancellation is the server's
        except asyncio.CancelledError:
            await self._leave(answering)
        else:
            answering.result()

    async def _leave(self, answering: asyncio.Future[None]) -> None:
        self._is_over = True
        _LEFT.add(answering)
        answering.add_done_callback(_LEFT.discard)
        if not self._has_begun:
            await _refuse(self._send)  # with the end of an answer the application's client has gone

    async def _pass_on(self, message: Message) -> None:
        if not self._is_over:
            self._has_begun = True
            await self._send(message)


def _is_cancelled_itself() -> bool:
    """Return whether it is this task that was cancelled, and nothing that it has waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _refuse(send: Send) -> None:
    body = STOPPED.body()
    length = (b"content-length", str(len(body)).encode())
    headers = [(b"content-type", b"application/json"), length, (b"connection", b"close")]
    await send({"type": "http.response.start", "status": int(STOPPED.status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
