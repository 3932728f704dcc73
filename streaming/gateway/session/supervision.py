"""The one timer that looks at all sessions of a process for what has expired."""

import asyncio

from streaming.gateway.session.sessions import Sessions


class Supervision:
    """Lets every session do what it is time for, every `interval` seconds."""

    def __init__(self, sessions: Sessions, *, interval: float) -> None:
        self._sessions = sessions
        self._interval = interval
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End; calling it twice is harmless."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            for session in list(self._sessions):
                session.check()
