"""What all frames of clients go through: logging, the rate limit, validation, authentication; in this order."""

import logging

import structlog

from streaming.gateway.errors import InvalidMessageError, UnknownTypeError, login_required
from streaming.gateway.messages import Authenticate, ClientMessage, Ping, Pong
from streaming.gateway.session.router import Incoming, Step
from streaming.gateway.session.session import Session

_BEFORE_LOGIN = (Authenticate, Ping, Pong)

logger = structlog.get_logger(__name__)
_log = logging.getLogger(__name__)


def log(incoming: Incoming[Session], following: Step[Session]) -> None:
    """Tell, for those who debug, that a frame came and what became of it; never what is in it, which may be a token."""
    if not _log.isEnabledFor(logging.DEBUG):  # or each frame would cost what is thrown away
        following(incoming)
        return
    try:
        following(incoming)
    finally:
        logger.debug(
            "frame received",
            client_id=incoming.session.client_id,
            length=None if incoming.text is None else len(incoming.text),
            message="not read" if incoming.message is None else type(incoming.message).__name__,
        )


def limit_rate(incoming: Incoming[Session], following: Step[Session]) -> None:
    """Drop what is over the rate; the session complains, and closes a client that goes on."""
    if incoming.session.admit():
        following(incoming)


def validate(incoming: Incoming[Session], following: Step[Session]) -> None:
    """Read the frame, or refuse it; a client that must log in first hears of nothing but that, and of its login."""
    try:
        incoming.message = _read(incoming)
    except (InvalidMessageError, UnknownTypeError) as error:
        is_login = isinstance(error, InvalidMessageError) and error.message_type == "auth"
        if incoming.session.awaits_login and not is_login:
            raise login_required() from None
        raise
    following(incoming)


def require_login(incoming: Incoming[Session], following: Step[Session]) -> None:
    """Refuse all but a login and signs of life where the dialect wants a login first."""
    if incoming.session.awaits_login and not isinstance(incoming.message, _BEFORE_LOGIN):
        raise login_required()
    following(incoming)


def _read(incoming: Incoming[Session]) -> ClientMessage:
    if incoming.text is None:
        raise InvalidMessageError
    return incoming.session.dialect.decode(incoming.text)
