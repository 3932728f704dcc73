"""The developer's server: Daphne, as the specification has it started, with the workers in its event loop."""

import asyncio
import logging
import os
import threading
from typing import Any

from daphne.server import Server, twisted_loop  # type: ignore[import-untyped]
from django.conf import settings
from twisted.internet import defer, reactor

from config.single_process.workers import Workers
from streaming.gateway.runtime import stop_current_runtime

STOP_SECONDS = 5.0
_LEAVE_SECONDS = 2.0
NO_TIMEOUT = -1


class DevelopmentServer(Server):  # type: ignore[misc]  # Daphne has no types
    """Daphne and, where they are given, workers, in one event loop. It runs once in a process."""

    def __init__(self, *, workers: Workers | None, **options: Any) -> None:
        super().__init__(
            ping_interval=settings.WS_PING_INTERVAL_SECONDS,
            ping_timeout=settings.WS_PING_TIMEOUT_SECONDS,
            websocket_timeout=NO_TIMEOUT,
            **options,
        )
        self.failure: str | None = None
        self._workers = workers
        self._has_ended = threading.Event()

    def run(self) -> None:
        """Serve until a signal or `stop_and_wait`; `failure` then tells why it could not."""
        asyncio.set_event_loop(twisted_loop)
        try:
            if self._workers is not None:
                twisted_loop.run_until_complete(self._workers.start())
            reactor.addSystemEventTrigger("before", "shutdown", self._stop_the_rest)  # type: ignore[arg-type]
            super().run()
        finally:
            self._has_ended.set()

    def listen_error(self, failure: Any) -> None:
        """End, since nobody could reach us."""
        self.failure = failure.getErrorMessage()
        self.stop()

    def stop_and_wait(self) -> None:
        """Stop from another thread, and wait for the end, but not for ever."""
        reactor.callFromThread(self.stop)
        self._has_ended.wait(STOP_SECONDS)

    def _stop_the_rest(self) -> defer.Deferred[None]:
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._stop(), loop=twisted_loop))

    async def _stop(self) -> None:
        if self._workers is not None:
            await self._workers.stop()
        await stop_current_runtime()


def end_soon(code: int) -> None:
    """End the process with `code` a little later, should it not have ended by itself.

    A request that came while the server stopped waits in its thread for an event loop that runs no more, and Python
    would wait for that thread: the server would neither end nor start anew.
    """
    timer = threading.Timer(_LEAVE_SECONDS, _leave, (code,))
    timer.daemon = True
    timer.start()


def _leave(code: int) -> None:
    logging.shutdown()
    os._exit(code)
