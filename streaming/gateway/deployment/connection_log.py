"""Who connects, what is subscribed and how connections end, in the log, for who runs the platform (`LOG_CONNECTIONS`).

It learns of changes as the statistics do: once for each request of a client, and never for what is sent. Where it is
off, it isn't there.
"""

from collections.abc import Collection, Iterable
from http import HTTPStatus

import msgspec
import structlog

from streaming.gateway.deployment.session_counts import disconnection_of
from streaming.gateway.session.session import Observer, Session
from streaming.gateway.session.session_state import SessionState

_MOST_CHANNELS = 20
_LONGEST_CHANNEL = 100

logger = structlog.get_logger(__name__)


class _Known(msgspec.Struct):
    """What was logged of a connection: since when it is (monotonic seconds), whose, and what it hears."""

    began_at: float
    user_id: str | None
    channels: frozenset[str]


class ConnectionLog:
    """Logs what has changed of sessions, and hands everything on to `observer`."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._known: dict[str, _Known] = {}

    def changed(self, session: Session) -> None:
        """Log what is new of a session since the last time."""
        self._observer.changed(session)
        if session.state is SessionState.CLOSED:
            self._log_end(session)
        elif (known := self._known.get(session.client_id)) is None:
            self._log_beginning(session)
        else:
            _log_login(session, known)
            _log_channels(session, known)

    def slow(self, session: Session) -> None:
        """Hand it on: it ends, and that is logged."""
        self._observer.slow(session)

    def missed_pong(self, session: Session) -> None:
        """Hand it on."""
        self._observer.missed_pong(session)

    def _log_beginning(self, session: Session) -> None:
        began_at = session.context.clock.monotonic()
        self._known[session.client_id] = _Known(began_at, _user_of(session), frozenset())
        logger.info("a client connected", **_who(session), address=session.address, dialect=session.dialect.name)

    def _log_end(self, session: Session) -> None:
        known = self._known.pop(session.client_id, None)
        if known is None:  # it never opened
            return
        logger.info(
            "a client disconnected",
            **_who(session),
            address=session.address,
            cause=disconnection_of(session.close_code, session.told_code, session.close_reason).value,
            code=session.told_code if session.close_code is None else int(session.close_code),
            reason=session.close_reason,
            seconds=round(session.context.clock.monotonic() - known.began_at, 1),
        )


def refused_handshake_log(status: HTTPStatus, *, address: str) -> None:
    """Log that somebody was refused before there was a connection."""
    logger.info("a handshake was refused", status=int(status), address=address)


def _log_login(session: Session, known: _Known) -> None:
    user_id = _user_of(session)
    if user_id != known.user_id:
        known.user_id = user_id
        logger.info("a client logged in", **_who(session))


def _log_channels(session: Session, known: _Known) -> None:
    before, known.channels = known.channels, frozenset(session.subscriptions.channels)
    if new := [channel for channel in session.subscriptions.channels if channel not in before]:
        logger.info("channels were subscribed", **_who(session), **_told(new), active=len(known.channels))
    if gone := before - known.channels:
        logger.info("channels were given up", **_who(session), **_told(sorted(gone)), active=len(known.channels))


def _who(session: Session) -> dict[str, str | None]:
    return {"client_id": session.client_id, "user_id": _user_of(session)}


def _user_of(session: Session) -> str | None:
    """Return whose session it is; None for somebody without a login."""
    return None if session.identity is None else session.identity.user_id


def _told(channels: Collection[str]) -> dict[str, object]:
    return {"channels": list(_first(channels)), "count": len(channels)}


def _first(channels: Collection[str]) -> Iterable[str]:
    for channel, _ in zip(channels, range(_MOST_CHANNELS), strict=False):
        yield channel[:_LONGEST_CHANNEL]
