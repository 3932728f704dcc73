"""Logging in by a frame, on a connection that is open: answers carry no number, and come in the order of the frames."""

import asyncio
from collections import deque
from collections.abc import Callable

from tidewire_client.errors import ConnectionClosedError, LoginTimeoutError, TokenRefusedError
from tidewire_client.reading.frames import Frame
from tidewire_client.reading.messages import LoginAccepted, LoginRefused

_Answer = LoginAccepted | LoginRefused


class LoginByFrame:
    """Asks one connection's server to take tokens, and waits for what it says of each."""

    def __init__(self, send: Callable[[Frame], None], seconds: float) -> None:
        """`seconds` is how long the server may take for an answer."""
        self._send = send
        self._seconds = seconds
        self._answers: deque[asyncio.Future[_Answer]] = deque()
        self._is_open = True

    async def log_in(self, token: str) -> LoginAccepted:
        """Send `token`, and return what the server says; raise `TokenRefusedError` or `LoginTimeoutError`.

        Cancelling it takes nothing back: the server may have logged the client in. Ends with `ConnectionClosedError`
        where the connection does, or has.
        """
        if not self._is_open:
            raise _closed()
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        self._send({"type": "auth", "token": token})
        try:
            async with asyncio.timeout(self._seconds):
                said = await answer
        except TimeoutError:
            raise LoginTimeoutError(self._seconds) from None
        if isinstance(said, LoginRefused):
            raise TokenRefusedError(said.message, code=said.code)
        return said

    def answered(self, answer: _Answer) -> None:
        """Take the server's answer to the oldest frame that has none; one that nobody waits for is ignored."""
        if self._answers and not (oldest := self._answers.popleft()).done():
            oldest.set_result(answer)

    def close(self) -> None:
        """Let nobody wait any more: the connection has ended."""
        self._is_open = False
        for answer in self._answers:
            if not answer.done():
                answer.set_exception(_closed())
        self._answers.clear()


def _closed() -> ConnectionClosedError:
    return ConnectionClosedError(1006, "before the login was answered")
