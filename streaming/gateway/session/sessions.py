"""The sessions of one process, by client and by user."""

import asyncio
from collections.abc import Iterator

from streaming.connections.closing import ClosingOrder
from streaming.gateway.errors import CloseCode
from streaming.gateway.session.session import Session
from streaming.gateway.session.session_state import SessionState


class Sessions:
    """Every session that is open or closing here."""

    def __init__(self) -> None:
        self._by_client: dict[str, Session] = {}
        self._timed: dict[str, Session] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        """Return the number of sessions."""
        return len(self._by_client)

    def get(self, client_id: str) -> Session | None:
        """Return the session of a client, if it is open or closing here."""
        return self._by_client.get(client_id)

    def __iter__(self) -> Iterator[Session]:
        """Iterate over the sessions, oldest first."""
        return iter(self._by_client.values())

    @property
    def timed(self) -> list[Session]:
        """The sessions that `is_timed` is true of, among them all that have logged in."""
        return list(self._timed.values())

    def take_note(self, session: Session) -> None:
        """Add a session that has opened or changed, forget one that has closed."""
        if session.state is SessionState.CLOSED:
            self._by_client.pop(session.client_id, None)
            self._timed.pop(session.client_id, None)
        else:
            self._by_client[session.client_id] = session
            if session.is_timed:
                self._timed[session.client_id] = session
        if self._by_client:
            self._empty.clear()
        else:
            self._empty.set()

    async def wait_until_empty(self, seconds: float) -> bool:
        """Wait until no session is left; return whether that came within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True

    def of_user(self, user_id: str) -> list[Session]:
        """Return the sessions that a user has logged in, oldest first."""
        return [session for session in self if session.identity is not None and session.identity.user_id == user_id]

    def close_user(self, order: ClosingOrder) -> None:
        """Close the sessions that the order is about with 4401 and its reason."""
        for session in self.of_user(order.user_id):
            if session.identity is not None and order.concerns(session.identity):
                session.close(CloseCode.UNAUTHORISED, order.reason)
