"""A session: one connection's user, subscriptions, limits and outbox, from its welcome to its end."""

import asyncio
from collections.abc import Coroutine
from enum import Enum
from typing import Any, Protocol

import structlog

from streaming.gateway.dialects.base import Dialect
from streaming.gateway.errors import CloseCode, GatewayError, InvalidMessageError, rate_limited
from streaming.gateway.identity import Identity
from streaming.gateway.limits import RateLimit, Verdict
from streaming.gateway.outbox import Outbox
from streaming.gateway.router import Router
from streaming.gateway.subscriptions import Subscriptions
from streaming.gateway.surroundings import Surroundings
from streaming.gateway.transport import Transport

logger = structlog.get_logger(__name__)


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


class Observer(Protocol):
    """Whoever keeps account of sessions."""

    def changed(self, session: "Session") -> None:
        """Take note that the session's subscriptions or state have changed."""
        ...


class Session:
    """See the module. Its methods are called from the event loop of its connection only."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        router: "Router[Session]",
        dialect: Dialect,
        transport: Transport,
        identity: Identity | None,
        observer: Observer,
    ) -> None:
        self.surroundings = surroundings
        self.dialect = dialect
        self._router = router
        self.identity = identity
        self.client_id = dialect.client_id(surroundings.clock.now_ms())
        self.state = SessionState.CONNECTING
        self._transport = transport
        self._observer = observer
        self.tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        settings, clock = surroundings.settings, surroundings.clock
        self.outbox = Outbox(transport, surroundings.gatherer, clock, settings.outbox, self._close_slow)
        self._rate_limit = RateLimit(settings.messages_per_second, settings.rate_limit_close_seconds)
        self.subscriptions = Subscriptions(
            surroundings, dialect=dialect, outbox=self.outbox, identity=identity, changed=self.changed
        )

    @property
    def round_trip(self) -> float | None:
        """The round trip of the server's last ping in seconds; None before the first, or where no server tells it."""
        return self._transport.round_trip()

    def open(self) -> None:
        """Greet the client; from now on it may ask."""
        self._enter(SessionState.OPEN)
        now_ms = self.surroundings.clock.now_ms()
        authenticated = self.identity is not None
        self.outbox.push(self.dialect.welcome(self.client_id, authenticated=authenticated, now_ms=now_ms))
        self.changed()

    def receive(self, text: str | None) -> None:
        """Take a frame of the client: text, or None for a binary one; never waits and never raises for bad input."""
        if self.state is not SessionState.OPEN or not self._admit():
            return
        try:
            if text is None:
                raise InvalidMessageError
            self._router.route(self, self.dialect.decode(text))
        except GatewayError as error:
            self.refuse(error)

    def refuse(self, error: GatewayError, channel: str | None = None) -> None:
        """Tell the client why something was refused."""
        self.outbox.push([self.dialect.error(error, channel, self.surroundings.clock.now_ms())])

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the connection; it is cancelled when the session ends."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def changed(self) -> None:
        """Tell whoever keeps account that subscriptions or state have changed."""
        self._observer.changed(self)

    def close(self, code: int, reason: str) -> None:
        """Begin to close: what waits is still written, then the close frame; a socket that stays full is dropped."""
        if self.state is SessionState.OPEN:
            self._enter(SessionState.CLOSING)
            self._closing = asyncio.get_running_loop().create_task(self._close(code, reason))
            self._closing.add_done_callback(self._done)

    def disconnected(self) -> None:
        """End: the peer has gone, or the close frame is out. Gives back all that the session holds."""
        if self.state is SessionState.CLOSED:
            return
        self._enter(SessionState.CLOSED)
        self.outbox.discard()
        for task in self.tasks:
            task.cancel()
        self.subscriptions.release_all()
        self.changed()

    def _admit(self) -> bool:
        verdict = self._rate_limit.admit(self.surroundings.clock.monotonic())
        if verdict is Verdict.CLOSE:
            self.close(CloseCode.RATE_LIMITED, "Rate limit exceeded")
        elif verdict is Verdict.DROP_AND_TELL:
            self.refuse(rate_limited())
        return verdict is Verdict.ACCEPT

    def _close_slow(self) -> None:
        logger.info("closing a slow consumer", client_id=self.client_id)
        self.close(CloseCode.SLOW_CONSUMER, "Slow consumer")

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(self.surroundings.settings.abort_after_seconds):
                await self.outbox.finish()
                await self._transport.close(code, reason)
        except TimeoutError:
            self._transport.abort()
        except OSError:
            logger.debug("the peer went before it could be told to close", client_id=self.client_id)

    def _enter(self, state: SessionState) -> None:
        allowed = _NEXT[self.state]
        if state not in allowed:
            raise IllegalTransitionError(allowed, state)
        self.state = state

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a session's task failed", client_id=self.client_id, exc_info=task.exception())
