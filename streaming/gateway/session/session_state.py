"""The states of a session, and which may follow which. Pure."""

from enum import Enum


class SessionState(Enum):
    """The life of a session, in this order; closing may be skipped where the peer goes first."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


_NEXT = {
    SessionState.CONNECTING: {SessionState.OPEN, SessionState.CLOSED},
    SessionState.OPEN: {SessionState.CLOSING, SessionState.CLOSED},
    SessionState.CLOSING: {SessionState.CLOSED},
    SessionState.CLOSED: set(),
}


class IllegalTransitionError(RuntimeError):
    """A session was told to do what its state doesn't allow."""

    def __init__(self, expected: set[SessionState], actual: SessionState) -> None:
        names = ", ".join(sorted(state.value for state in expected)) or "nothing"
        super().__init__(f"expected one of: {names}; got {actual.value}")


def entered(before: SessionState, state: SessionState) -> SessionState:
    """Return the state that is entered; raise `IllegalTransitionError` where it can't follow the one before."""
    allowed = _NEXT[before]
    if state not in allowed:
        raise IllegalTransitionError(allowed, state)
    return state
