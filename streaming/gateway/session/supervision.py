"""What looks at all sessions of a process again and again: for what has expired, and whether their users may stay.

Whether users may stay is asked of the database, however a change of theirs came about. An order to close (`closing`) is
faster, but it may be lost while the channel layer is away, and it may come while a login is being checked that was good
a moment before. The question finds both, and rights that were given or taken.
"""

from collections.abc import Mapping

import structlog

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.gateway.login.authentication import StandingLookup
from streaming.gateway.session.sessions import Sessions
from streaming.identity.identity import UserStanding
from streaming.outage import Outage
from streaming.workers.background_task import Repeating

logger = structlog.get_logger(__name__)


class SessionSupervision(Repeating):
    """Lets every session do what it is time for, every `interval` seconds."""

    def __init__(self, sessions: Sessions, *, interval: float) -> None:
        super().__init__(self._look, interval=interval)
        self._sessions = sessions

    async def _look(self) -> None:
        for session in self._sessions.timed:
            session.check()


class StandingCheck(Repeating):
    """Asks every `interval` seconds, where anybody has logged in; a database that is away is asked again."""

    def __init__(self, sessions: Sessions, lookup: StandingLookup, *, interval: float, clock: Clock) -> None:
        super().__init__(self._check, interval=interval)
        self._sessions = sessions
        self._lookup = lookup
        self._outage = Outage("database of the connected users", clock)

    async def _check(self) -> None:
        identities = [identity for session in self._sessions.timed if (identity := session.identity) is not None]
        if not identities:
            return
        try:
            standings = await self._lookup(identities)
        except AnyDatabaseError as error:
            self._outage.failed(error)
        except Exception:  # the next round may do better, and this one must not be the last
            logger.exception("the standing of the connected users could not be looked up")
        else:
            self._outage.worked()
            self._tell({identity.user_id for identity in identities}, standings)

    def _tell(self, users: set[str], standings: Mapping[str, UserStanding]) -> None:
        for session in self._sessions.timed:
            if session.identity is not None and session.identity.user_id in users:
                session.stand(standings.get(session.identity.user_id))
