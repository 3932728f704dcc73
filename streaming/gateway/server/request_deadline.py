"""Until when a peer may take to send its request; only time in which the server reads counts."""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.flow_control import FlowControl


class RequestDeadline:
    """Calls `give_up` once, where a request isn't whole in time; none is waited for until `begin` says so."""

    def __init__(self, loop: asyncio.AbstractEventLoop, give_up: Callable[[], None]) -> None:
        self._loop = loop
        self._give_up = give_up
        self._timer: asyncio.TimerHandle | None = None
        self._left: float | None = None
        self._is_paused = False

    def begin(self, seconds: float) -> None:
        """Wait so long for a request, unless one is waited for already."""
        if self._left is None:
            self._left = seconds
            self._run()

    def end(self) -> None:
        """Wait for no request any more."""
        self._stop()
        self._left = None

    def pause(self) -> None:
        """Count no time from here on, until `resume`."""
        self._is_paused = True
        if self._timer is not None:
            self._left = self._timer.when() - self._loop.time()
            self._stop()

    def resume(self) -> None:
        """Count on; what the peer has sent by now is read before the rest of the time can be over."""
        self._is_paused = False
        self._run()

    def _run(self) -> None:
        if self._left is not None and self._timer is None and not self._is_paused:
            self._timer = self._loop.call_later(self._left, self._expire)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        self.end()
        self._give_up()


class TimedFlowControl(FlowControl):
    """uvicorn's flow control, whose pauses a request's deadline doesn't count."""

    def __init__(self, transport: asyncio.Transport, deadline: RequestDeadline) -> None:
        super().__init__(transport)
        self._deadline = deadline

    def pause_reading(self) -> None:
        """Read nothing of the peer for a while."""
        super().pause_reading()
        self._deadline.pause()

    def resume_reading(self) -> None:
        """Read on."""
        super().resume_reading()
        self._deadline.resume()
