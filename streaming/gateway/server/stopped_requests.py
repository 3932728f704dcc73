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


def answered_when_stopped(application: Application) -> Application:
    """Return the application, whose requests end quietly where the server cancels them: answered, if none has begun."""

    async def answered(scope: Message, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await application(scope, receive, noted if scope["type"] == "http" else send)
        except asyncio.CancelledError:
            if not _is_cancelled_itself():
                raise
            if scope["type"] == "http" and not has_begun:
                await _refuse(send)

    return answered


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
