"""From `connect` to the end: attempts, connections, and the waits between them, in one task.

One attempt: token → handshake → welcome → login → subscriptions → commands → `connected`; then the heartbeat, the
renewal of the token and the commands run beside the reader until one of them raises.
"""

import asyncio
from collections.abc import Callable
from typing import Never

from msgspec import UNSET

from tidewire_client.address import shown
from tidewire_client.back_off import BackOff, Next, after
from tidewire_client.components import Components
from tidewire_client.connection.connection import Connection, keep_heartbeat
from tidewire_client.connection.opening import handshake_of, open_socket
from tidewire_client.connection.race import race
from tidewire_client.errors import (
    ConnectionClosedError,
    ConnectionLostError,
    GaveUpError,
    HandshakeRefusedError,
    OpenTimeoutError,
    TidewireError,
    TokenRefusedError,
)
from tidewire_client.events import Connected, Connecting, Reconnecting
from tidewire_client.logging_in.token_expiry import user_in
from tidewire_client.logging_in.tokens import Tokens
from tidewire_client.options import LoginBy
from tidewire_client.session import Session
from tidewire_client.state import ConnectionState

_FORBIDDEN = 403


class PersistentConnection:
    """The attempts and connections of a client, until it is told to stop or gives up."""

    def __init__(
        self,
        components: Components,
        back_off: BackOff,
        *,
        on_ready: Callable[[Session], None],
        on_state: Callable[[ConnectionState], None],
    ) -> None:
        """`on_ready` gets each session as soon as it may be talked to, `on_state` each change."""
        self._url = components.url
        self._spelling = components.spelling
        self._options = components.options
        self._tokens = components.tokens
        self._emitter = components.emitter
        self._counters = components.counters
        self._components = components
        self._back_off = back_off
        self._on_ready = on_ready
        self._on_state = on_state
        self._clock = asyncio.get_running_loop().time
        self._ready_at: float | None = None
        self._may_try_fresh_token = True

    async def run(self) -> TidewireError:
        """Connect, and connect again, until that makes no sense; return why. Cancelling it closes the connection."""
        self._on_state(ConnectionState.CONNECTING)
        while True:
            self._emitter.connection("connecting", Connecting(self._back_off.attempts))
            error = await self._attempt()
            delay = self._delay_after(error)
            if delay is None:
                return self._last(error)
            self._on_state(ConnectionState.RECONNECTING)
            self._emitter.connection("reconnecting", Reconnecting(self._back_off.attempts, delay, error))
            await asyncio.sleep(delay)

    async def _attempt(self) -> TidewireError:
        """Connect once, and return what ended that."""
        self._ready_at = None
        try:
            await self._connection()
        except TidewireError as error:
            self._counters.closed(lost=True)
            if type(error) is not ConnectionClosedError:  # that one is told by `reconnecting` or `disconnected`
                self._emitter.error(error)
            return error
        except asyncio.CancelledError:
            self._counters.closed(lost=False)
            raise

    def _delay_after(self, error: TidewireError) -> float | None:
        now = self._clock()
        if self._ready_at is not None:
            self._back_off.lasted(now - self._ready_at)
        if self._asks_for_fresh_token(error):
            self._may_try_fresh_token = False
            return 0.0
        return self._back_off.next_delay(after(error, can_renew=self._tokens.can_renew), now)

    def _asks_for_fresh_token(self, error: TidewireError) -> bool:
        is_refused = (isinstance(error, TokenRefusedError) and not error.is_passing) or (
            isinstance(error, HandshakeRefusedError) and error.status == _FORBIDDEN
        )
        return is_refused and self._tokens.can_renew and self._may_try_fresh_token

    def _last(self, error: TidewireError) -> TidewireError:
        """Return what `disconnected` tells: the error itself where it leaves nothing to try, else that it gave up."""
        if after(error, can_renew=self._tokens.can_renew) is Next.STOP:
            return error
        gave_up = GaveUpError(self._back_off.attempts, error)
        gave_up.__cause__ = error
        return gave_up

    async def _connection(self) -> Never:
        """Open a connection and live on it; raise `TidewireError`."""
        deadline = self._clock() + self._options.open_timeout
        token = await self._tokens.get()
        self._refuse_commands_of_others(token)
        try:
            async with asyncio.timeout_at(deadline):
                handshake = handshake_of(self._url, token, self._options)
                socket = await open_socket(handshake, self._spelling, self._options)
        except TimeoutError:
            raise self._too_late() from None
        connection = Connection(socket)
        session = Session(self._components, connection.send)
        try:
            await race(connection.read(session.receive), connection.write(), self._live(session, token, deadline))
        except ConnectionLostError:
            connection.cut()
            raise
        finally:
            session.close()
            await connection.close(self._options.close_timeout)

    def _refuse_commands_of_others(self, token: str | None) -> None:
        """Let no command that was given as one user go out as another, should the function that gives tokens change.

        Nor is the other told what the one has missed.
        """
        user = user_in(token) if token else None
        if self._components.user not in {UNSET, None, user}:
            self._components.commands.close()
            self._components.resuming.forget_all()
        self._components.user = user

    async def _live(self, session: Session, token: str | None, deadline: float) -> Never:
        """Get ready, then keep everything going that isn't the server's to begin."""
        try:
            async with asyncio.timeout_at(deadline):
                client_id, is_logged_in = await self._let_in(session, token)
        except TimeoutError:
            raise self._too_late() from None
        self._become_ready(session, Connected(client_id, is_logged_in))
        await race(
            keep_heartbeat(session.heartbeat, session.answered, ping=session.ping, missed=session.missed_pong),
            session.dispatch(),
            self._renew(session),
        )

    async def _let_in(self, session: Session, token: str | None) -> tuple[str | None, bool]:
        """Wait for the welcome, log in by a frame where that is the way; return its id, and whether it is in."""
        client_id, is_logged_in = None, token is not None
        if self._spelling.has_welcome:
            welcome = await session.welcome
            client_id, is_logged_in = welcome.client_id, welcome.authenticated
        if token is not None and self._options.login_by is LoginBy.FIRST_FRAME:
            self._tokens.told_expiry((await session.login.log_in(token)).expires_at)
            is_logged_in = True
        return client_id, is_logged_in

    def _become_ready(self, session: Session, connected: Connected) -> None:
        self._ready_at = self._clock()
        self._may_try_fresh_token = True
        self._back_off.opened()
        self._counters.opened()
        self._on_ready(session)
        self._on_state(ConnectionState.CONNECTED)
        self._emitter.connection("connected", connected)

    async def _renew(self, session: Session) -> Never:
        """Log in anew with a fresh token in time, while the connection lasts; what fails is told, and tried again."""
        while True:
            await self._tokens.renewal_due()
            try:
                await log_in(session, self._tokens)
            except ConnectionClosedError:
                raise
            except TidewireError as error:
                self._tokens.renewal_failed()
                self._emitter.error(error)

    def _too_late(self) -> OpenTimeoutError:
        return OpenTimeoutError(shown(self._url), self._options.open_timeout)


async def log_in(session: Session, tokens: Tokens) -> str | None:
    """Log in by a frame with a token of `tokens`, and return it; raise `LoginError` or `ConnectionClosedError`."""
    token = await tokens.fresh()
    expires_at = None if token is None else (await session.login.log_in(token)).expires_at
    tokens.use(token)
    tokens.told_expiry(expires_at)
    return token
