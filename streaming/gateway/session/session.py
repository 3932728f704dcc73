"""A session: one connection's user, subscriptions, limits and outbox, from its welcome to its end."""

import asyncio
from collections.abc import Coroutine
from functools import cached_property, partial
from random import Random
from typing import Any, Protocol

import structlog

from streaming.commands.context import CommandContext
from streaming.commands.outcome import Outcome
from streaming.commands.user_limits import requester_of
from streaming.connections.closing import API_KEY_REVOKED, LOGGED_OUT, USER_DEACTIVATED
from streaming.gateway import close_reasons
from streaming.gateway.commands.runner import CommandRunner
from streaming.gateway.dialects import base
from streaming.gateway.errors import CloseCode, GatewayError, rate_limited
from streaming.gateway.limits import RateDecision, RateLimit
from streaming.gateway.login.login import LoginPolicy, SessionLogin
from streaming.gateway.sending.outbox import Outbox
from streaming.gateway.session.heartbeat import Pulse
from streaming.gateway.session.liveness import Liveness, heartbeat_of
from streaming.gateway.session.peer import Peer
from streaming.gateway.session.router import Router
from streaming.gateway.session.session_state import SessionState, entered
from streaming.gateway.session_context import SessionContext
from streaming.gateway.subscriptions.subscriptions import SessionSubscriptions
from streaming.identity.identity import Identity, UserStanding

logger = structlog.get_logger(__name__)


class Observer(Protocol):
    """Whoever keeps account of sessions."""

    def changed(self, session: "Session") -> None:
        """Take note that the session's user, subscriptions or state have changed."""
        ...

    def slow(self, session: "Session") -> None:
        """Take note that the session is closed because its reader doesn't keep up."""
        ...

    def missed_pong(self, session: "Session") -> None:
        """Take note that the client has not answered a ping in time."""
        ...


class Session:
    """One connection, from its welcome to its end.

    Its methods are called from the event loop of its connection only.
    """

    def __init__(self, context: SessionContext, peer: Peer, *, router: "Router[Session]", observer: Observer) -> None:
        self.context = context
        self.dialect = peer.dialect
        self.address = peer.seat.address
        self.opened_at = context.clock.now_ms()
        self.client_id = peer.dialect.client_id(self.opened_at)
        self.state = SessionState.CONNECTING
        self.close_code: int | None = None
        self.close_reason = ""
        """With which code, and why, we have closed it, where we have."""
        self.told_code: int | None = None
        """What the server has said of the connection's end: the code of a close frame, or that there was none."""
        self.tasks: set[asyncio.Task[None]] = set()
        self._router = router
        self._transport = peer.transport
        self._seat = peer.seat
        self._observer = observer
        settings, clock = context.settings, context.clock
        self.outbox = Outbox(peer.transport, context.gatherer, clock, settings.outbox, self._close_slow)
        self._rate_limit = RateLimit(settings.messages_per_second, settings.rate_limit_close_seconds)
        self.liveness = self._new_liveness()
        self.login = self._new_login(peer.identity)
        self.subscriptions = SessionSubscriptions(
            context, dialect=peer.dialect, outbox=self.outbox, identity=peer.identity, changed=self.changed
        )

    @property
    def identity(self) -> Identity | None:
        """Whose session it is; None: nobody has logged in."""
        return self.login.policy.identity

    @cached_property
    def commands(self) -> CommandRunner:
        """What runs the client's commands, made with the first of them."""
        return CommandRunner(
            registry=self.context.commands,
            clock=self.context.clock,
            limits=self.context.settings.commands,
            user_limits=self.context.user_limits,
            requester=lambda: requester_of(self.identity, self.address),
            spawn=self.spawn,
            respond=self._respond,
            context=self._command_context,
        )

    @property
    def awaits_login(self) -> bool:
        """True while the client must log in before anything else."""
        return self.login.policy.is_awaited

    def open(self) -> None:
        """Greet the client; from now on it may ask."""
        self._enter(SessionState.OPEN)
        self.liveness.observe(self._transport)
        welcome = self.dialect.welcome(self.client_id, authenticated=self.identity is not None, now_ms=self.opened_at)
        if welcome:
            self.outbox.push(welcome)
        self.changed()

    def receive(self, text: str | None) -> None:
        """Take a frame of the client: text, or None for a binary one; never waits and never raises for bad input."""
        if self.state is not SessionState.OPEN or self._ends_for_its_login():
            return
        self.liveness.heard()
        try:
            self._router.route(self, text)
        except GatewayError as error:
            self.refuse(error)

    async def has_room(self) -> None:
        """Wait until the next frame may be read: an attempt to log in has ended, and few enough requests wait."""
        await self.login.settled()
        await self.subscriptions.has_room()

    def admit(self) -> bool:
        """Count a frame; return whether it is within the rate. Complains, and closes a client that goes on."""
        verdict = self._rate_limit.admit(self.context.clock.monotonic())
        if verdict is RateDecision.CLOSE:
            self.close(*close_reasons.RATE_LIMITED.told)
        elif verdict is RateDecision.DROP_AND_TELL:
            self.refuse(rate_limited())
        return verdict is RateDecision.ACCEPT

    @property
    def is_timed(self) -> bool:
        """False where `check` has nothing to do at any time: nobody has logged in or must, and there is no heartbeat.

        Nobody calls `check` then: whatever else it comes to do belongs in here as well.
        """
        return self.login.policy.is_timed or self.liveness.has_heartbeat

    def check(self) -> None:
        """Do what it is time for: end what has expired or fallen silent, and ask whether the client is there."""
        if self.state is not SessionState.OPEN or self._ends_for_its_login():
            return
        match self.liveness.beat():
            case Pulse.DEAD:
                self.close(*close_reasons.HEARTBEAT_TIMEOUT.told)
            case Pulse.PING:
                self.outbox.push([self.dialect.ping(self.context.clock.now_ms())])

    def stand(self, standing: UserStanding | None) -> None:
        """Take note of how the session's user stands now; None: the user is gone, or inactive."""
        identity = self.identity
        if identity is None:
            return
        if standing is None:
            self.close(CloseCode.UNAUTHORISED, USER_DEACTIVATED)
        elif identity.is_before(standing.generation) or identity.login_id in standing.ended_logins:
            self.close(CloseCode.UNAUTHORISED, LOGGED_OUT if identity.scopes is None else API_KEY_REVOKED)
        elif (changed := standing.gives(identity)) != identity:
            self._change_rights(changed)

    def refuse(self, error: GatewayError, channel: str | None = None) -> None:
        """Tell the client why something was refused."""
        self.outbox.push([self.dialect.error(error, channel, self.context.clock.now_ms())])

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the connection; it is cancelled when the session ends."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def changed(self) -> None:
        """Tell whoever keeps account that user, subscriptions or state have changed."""
        self._observer.changed(self)

    def close(self, code: int, reason: str) -> None:
        """Begin to close: what waits is still written, then the close frame; a socket that stays full is dropped."""
        if self.state is SessionState.OPEN:
            self._enter(SessionState.CLOSING)
            self.close_code, self.close_reason = code, reason
            self._stop_commands()
            task = asyncio.get_running_loop().create_task(self._close(code, reason))
            task.add_done_callback(self._done)
            self._closing = task  # a task that nobody holds may be lost

    def disconnected(self) -> None:
        """End: the peer has gone, or the close frame is out. Gives back all that the session holds."""
        if self.state is SessionState.CLOSED:
            return
        self._enter(SessionState.CLOSED)
        self.outbox.discard()
        self._stop_commands()
        self._end_tasks()
        self.subscriptions.release_all()
        self._seat.give_back()
        self.changed()

    def _stop_commands(self) -> None:
        if "commands" in self.__dict__:
            self.commands.stop()

    def _respond(self, command_id: str, outcome: Outcome) -> None:
        self.outbox.push([self.dialect.response(command_id, outcome, self.context.clock.now_ms())])

    def _command_context(self) -> CommandContext:
        return CommandContext(
            client_id=self.client_id,
            identity=self.identity,
            channels=self.subscriptions.answered_channels,
            quality=self.liveness.quality.summary(),
            write_time=self.dialect.write_time,
            hub=self.context.hub,
            clock=self.context.clock,
            address=self.address,
        )

    def _new_liveness(self) -> Liveness:
        settings, clock = self.context.settings, self.context.clock
        missed_pong = partial(self._observer.missed_pong, self)
        if not self.dialect.has_heartbeat:
            return Liveness(clock, None, missed_pong)
        interval, timeout = settings.heartbeat_interval_seconds, settings.heartbeat_timeout_seconds
        random = Random(self.client_id)  # noqa: S311 - spreads pings, hides nothing
        heartbeat = heartbeat_of(interval=interval, timeout=timeout, clock=clock, random=random)
        return Liveness(clock, heartbeat, missed_pong)

    def _new_login(self, identity: Identity | None) -> SessionLogin:
        settings = self.context.settings
        is_demanded = self.dialect.login is not base.LoginMoment.OPTIONAL
        seconds = settings.authentication_seconds if is_demanded else None
        return SessionLogin(
            LoginPolicy(self.context.clock, identity, seconds=seconds),
            check=self.context.credential_check,
            seat=self._seat,
            spawn=self.spawn,
            accepted=self._logged_in,
            refused=self._login_refused,
        )

    def _ends_for_its_login(self) -> bool:
        """Close where the login has expired or never came; one that is being tried is waited for."""
        reason = None if self.login.is_under_way else self.login.policy.reason_to_close()
        if reason is not None:
            self.close(CloseCode.UNAUTHORISED, reason)
        return reason is not None

    def _change_rights(self, changed: Identity) -> None:
        self.login.policy.identity = changed
        self.subscriptions.identity_changed(changed)

    def _logged_in(self, identity: Identity) -> None:
        self.outbox.push([self.dialect.logged_in(identity, self.context.clock.now_ms())])
        self.subscriptions.identity_changed(identity)
        self.changed()

    def _login_refused(self, error: GatewayError) -> None:
        self.outbox.push([self.dialect.login_refused(error, self.context.clock.now_ms())])

    def _close_slow(self) -> None:
        logger.info("closing a slow consumer", client_id=self.client_id)
        self._observer.slow(self)
        self.close(*close_reasons.SLOW_CONSUMER.told)

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(self.context.settings.abort_after_seconds):
                await self.outbox.finish()
                await self._transport.close(code, reason)
        except TimeoutError:
            self._transport.abort()
        except OSError:
            logger.debug("the peer went before it could be told to close", client_id=self.client_id)
        except Exception:
            self._transport.abort()  # or the connection would stay
            raise
        finally:
            self._end_tasks()  # or the connection, which has no room for more while they wait, would be read no more

    def _enter(self, state: SessionState) -> None:
        self.state = entered(self.state, state)

    def _end_tasks(self) -> None:
        for task in self.tasks:
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a session's task failed", client_id=self.client_id, exc_info=task.exception())
