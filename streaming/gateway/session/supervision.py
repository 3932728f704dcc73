"""The one timer that looks at all sessions of a process for what has expired."""

from streaming.gateway.session.sessions import Sessions
from streaming.workers.repeating import Repeating


class SessionSupervision(Repeating):
    """Lets every session do what it is time for, every `interval` seconds."""

    def __init__(self, sessions: Sessions, *, interval: float) -> None:
        super().__init__(self._look, interval=interval)
        self._sessions = sessions

    async def _look(self) -> None:
        for session in list(self._sessions):
            session.check()
