"""Where tokens come from, and the one that is in use."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable

from tidewire_client.cancelling import ends_task
from tidewire_client.dialects import Dialect
from tidewire_client.errors import TokenUnavailableError
from tidewire_client.logging_in.token_expiry import clock_ahead, expiry_in, renewal_wait
from tidewire_client.options import ClientOptions, LoginBy

TokenSource = str | Callable[[], str | Awaitable[str | None] | None] | None
"""A token, or a (perhaps asynchronous) function that gives a fresh one each time it is called, or none."""


class Tokens:
    """Gives tokens of a source, and knows when the one in use is to be renewed; shows none of them."""

    def __init__(self, source: TokenSource, timeout: float) -> None:
        """`timeout` is how many seconds the function may take."""
        self.source = source
        self._timeout = timeout
        self._expires_at: float | None = None
        self._has_failed = False
        """Whether the last renewal of the token in use has."""
        self._ahead = 0.0
        self._changed = asyncio.Event()

    def __repr__(self) -> str:
        """Show nothing that is secret."""
        return "Tokens()"

    @property
    def can_renew(self) -> bool:
        """Whether a function gives tokens."""
        return callable(self.source)

    async def get(self) -> str | None:
        """Return a token to connect with, which is in use from now on; raise as `fresh`."""
        token = await self.fresh()
        self.use(token)
        return token

    async def fresh(self) -> str | None:
        """Return a token, fresh where a function gives it, None for nobody; raise `TokenUnavailableError`."""
        if not callable(self.source):
            return self.source
        try:
            async with asyncio.timeout(self._timeout):
                given = self.source()
                token = await given if inspect.isawaitable(given) else given
            return None if token is None else checked_token(token)
        except (Exception, asyncio.CancelledError) as error:
            if ends_task(error):
                raise
            raise TokenUnavailableError(error) from error

    def use(self, token: str | None) -> None:
        """Note the end of a token that the server has taken, or is about to."""
        self._expires_at = expiry_in(token) if token else None
        self._has_failed = False

    def renewal_failed(self) -> None:
        """Note that another is to be asked for soon: the one in use ends when it did."""
        self._has_failed = True

    def told_expiry(self, milliseconds: int | None) -> None:
        """Note what the server says of the token's end, where the token itself doesn't."""
        if self._expires_at is None and milliseconds is not None:
            self._expires_at = milliseconds / 1000

    def told_time(self, milliseconds: int | None, seconds: float) -> None:
        """Note what time it is for the server, by whose clock tokens end; its answer took `seconds`."""
        if milliseconds is None:
            return
        ahead = clock_ahead(self._ahead, time.time() - milliseconds / 1000, seconds)
        if ahead != self._ahead:
            self._ahead = ahead
            self._changed.set()

    def take(self, other: "Tokens") -> None:
        """Become another: its source, and the end of its token."""
        self.source = other.source
        self._expires_at = other._expires_at  # noqa: SLF001 - of the same class
        self._has_failed = False
        self._changed.set()

    async def renewal_due(self) -> None:
        """Return when the token in use is to be renewed: never, where it can't be, or doesn't end."""
        while True:
            self._changed.clear()
            try:
                async with asyncio.timeout(self._renewal_wait()):
                    await self._changed.wait()
            except TimeoutError:
                return

    def _renewal_wait(self) -> float | None:
        if not self.can_renew or self._expires_at is None:
            return None
        return renewal_wait(self._expires_at, time.time() - self._ahead, has_failed=self._has_failed)


def checked_source(source: TokenSource) -> TokenSource:
    """Return what was given as a token, or raise `ValueError` where it can't be one."""
    return source if source is None or callable(source) else checked_token(source)


def checked_token(token: object) -> str:
    """Return what can be a token: one line of printable ASCII without a blank; raise `ValueError` for anything else."""
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token or " " in token:
        raise ValueError("this is no token: one is a single line of letters, digits, dots and dashes")
    return token


def check_login(dialect: Dialect, token: TokenSource, options: ClientOptions) -> None:
    """Raise `ValueError` where a token can't reach the server in the way that was chosen."""
    if options.login_by is LoginBy.FIRST_FRAME and dialect is Dialect.TRADING:
        raise ValueError("the dialect trading wants its login in the handshake: login_by header, query or ticket")
    if options.login_by is LoginBy.TICKET and isinstance(token, str):
        raise ValueError("a ticket is good for one handshake: give a function that gets a new one each time")
