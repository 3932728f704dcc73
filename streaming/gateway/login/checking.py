"""Asking whose a credential is, within a time, and only as long as the gateway takes anybody."""

import asyncio

import structlog

from streaming.database.errors import AnyDatabaseError
from streaming.gateway.login.authentication import Authenticator
from streaming.identity.identity import AuthenticationError, Credential, Identity

logger = structlog.get_logger(__name__)


class LoginUnavailableError(Exception):
    """A credential can't be checked now: the database doesn't answer, or the gateway stops."""


class CredentialCheck:
    """Asks `authenticator`, and waits for at most `seconds`."""

    def __init__(self, authenticator: Authenticator, *, seconds: float) -> None:
        self._authenticator = authenticator
        self._seconds = seconds
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Check no more: whoever waits is told that it can't be done now. Calling it twice is harmless."""
        self._stopping.set()

    async def identity_of(self, credential: Credential) -> Identity:
        """Return whose `credential` is; raise `AuthenticationError` or `LoginUnavailableError`."""
        checking = asyncio.ensure_future(self._authenticator(credential))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({checking, stopping}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            return await _answer_of(checking, has_stopped=stopping.done())
        finally:
            checking.cancel()
            stopping.cancel()


async def _answer_of(checking: asyncio.Future[Identity], *, has_stopped: bool) -> Identity:
    if has_stopped or not checking.done():
        raise LoginUnavailableError
    try:
        return await checking
    except AuthenticationError:
        raise
    except AnyDatabaseError as error:
        logger.warning("a login could not be checked", reason=repr(error))
        raise LoginUnavailableError from error
    except Exception as error:
        logger.exception("a login failed in an unexpected way")
        raise LoginUnavailableError from error
