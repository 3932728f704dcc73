"""The client: what a program talks to. It starts and ends the life of the connection, and hands on everything else."""

import asyncio
from collections.abc import Iterable
from typing import Any, Self

from msgspec import UNSET

from tidewire_client.address import endpoint_url
from tidewire_client.back_off import BackOff
from tidewire_client.channels.listening import Listening
from tidewire_client.channels.subscriptions import SubscriptionOptions
from tidewire_client.commands import Commands
from tidewire_client.components import Components
from tidewire_client.connection.life import Life, log_in
from tidewire_client.dialects import SPELLINGS, Dialect
from tidewire_client.errors import CommandTimeoutError, ConnectionClosedError, TidewireError, TokenRefusedError
from tidewire_client.events import Disconnected, QualityReport
from tidewire_client.logging_in.token_expiry import user_in
from tidewire_client.logging_in.tokens import Tokens, TokenSource, check_login, checked_source
from tidewire_client.options import ClientOptions
from tidewire_client.session import Session
from tidewire_client.state import ConnectionState
from tidewire_client.statistics import Statistics
from tidewire_client.surfacing import surface
from tidewire_client.waiters import Waiters

_OF_ANOTHER_USER = "forbidden"


class TidewireClient(Listening):
    """A connection to Tidewire that survives: it reconnects, logs in anew, subscribes again, and loses no command.

    For one event loop. Everything but `connect`, `disconnect`, `reconnect`, `login`, `logout`, `command` and
    `wait_disconnected` returns at once, and may be called from handlers. See the README for options and events.
    """

    def __init__(
        self,
        url: str,
        *,
        dialect: Dialect | str = Dialect.MARKET,
        token: TokenSource = None,
        options: ClientOptions | None = None,
    ) -> None:
        """Make a client of the server whose socket is at `url`; nothing happens before `connect`.

        `token` is an access token, or a (perhaps asynchronous) function that gives a fresh one each time, or None.
        Raise `ValueError` for an address, a dialect or a way to log in that can't be.
        """
        chosen = options or ClientOptions()
        spelling = SPELLINGS[Dialect(dialect)]
        check_login(spelling.dialect, token, chosen)
        self._components = Components(
            url=endpoint_url(url, spelling.dialect),
            spelling=spelling,
            options=chosen,
            tokens=Tokens(checked_source(token), chosen.open_timeout),
            commands=Commands(chosen.queue_limit, spelling.stamped),
        )
        super().__init__(self._components.hearing, chosen.event_limit)
        self._state = ConnectionState.DISCONNECTED
        self._session: Session | None = None
        self._life: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._ready: Waiters[None] = Waiters()
        self._gone: Waiters[TidewireError | None] = Waiters()
        self._error: TidewireError | None = None

    def __repr__(self) -> str:
        """Show where, how and in which state, and no secret."""
        return f"TidewireClient({self._components!r}, state={self._state.value!r})"

    async def __aenter__(self) -> Self:
        """Connect; where that fails or is cancelled, leave nothing behind."""
        try:
            await self.connect()
        except BaseException:
            await self.disconnect()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self.disconnect()

    @property
    def state(self) -> ConnectionState:
        """Whether there is a connection, or will be."""
        return self._state

    @property
    def dialect(self) -> Dialect:
        """The dialect that is spoken."""
        return self._components.spelling.dialect

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are subscribed, or will be once there is a connection."""
        return self._components.subscriptions.channels

    @property
    def quality(self) -> QualityReport:
        """What is known of the present connection, and what was counted over all of them."""
        if self._session is None:
            missed, disconnections = self._components.round_trips.missed, self._components.counters.disconnections
            return QualityReport(missed=missed, disconnections=disconnections)
        return self._session.quality()

    @property
    def statistics(self) -> Statistics:
        """What this client has done so far."""
        components = self._components
        return components.counters.report(
            queued=components.commands.queued, subscriptions=len(components.subscriptions)
        )

    async def connect(self) -> None:
        """Connect, and stay connected until `disconnect`; return as soon as the client is ready.

        Safe to call twice: both wait for the same. Raise the error with which it gives up. Cancelling it leaves the
        attempts running; `disconnect` ends them.
        """
        async with self._turn:
            if self._life is None:
                self._begin()
        if self._state is not ConnectionState.CONNECTED:
            await self._ready.wait()

    async def disconnect(self) -> None:
        """Close the connection and stop trying; commands without an answer are refused, iterators end.

        Subscriptions are kept for the next `connect`. When it returns, no task, timer or socket is left. Safe to call
        twice, and without a connection; not from the function that gives tokens, which the client waits for.
        """
        async with self._turn:
            if self._life is None:
                return
            try:
                await self._leave(ConnectionState.DISCONNECTED)
            finally:
                self._end(None)

    async def reconnect(self) -> None:
        """Leave the present connection, or the wait for the next, and connect at once; return as `connect` does."""
        async with self._turn:
            try:
                await self._leave(ConnectionState.CONNECTING)
            finally:
                self._begin()
        await self._ready.wait()

    async def wait_disconnected(self) -> TidewireError | None:
        """Return when the client is disconnected: the error by which it is, None where nothing has failed."""
        return self._error if self._life is None else await self._gone.wait()

    def subscribe(self, channels: str | Iterable[str], *, throttle_ms: int | None = None, batch: bool = False) -> None:
        """Subscribe now and after each reconnect; channels that are subscribed already keep their options.

        Where the server numbers what it tells, each event comes once and in order, also those of a while without a
        connection; what can't be told any more is told as `resync`, with a `NotRecovered`.

        `throttle_ms` (1 to 60000): at most one frame in that time, the newest. `batch`: frames that leave together
        come together. A refused channel is forgotten, and told as `error`.
        """
        added = self._components.subscriptions.add(_listed(channels), SubscriptionOptions(throttle_ms, batch))
        if added and self._session:
            self._session.subscribe(added)

    def unsubscribe(self, channels: str | Iterable[str]) -> None:
        """End subscriptions, now and for the future; one that isn't there is no error."""
        removed = self._components.subscriptions.remove(_listed(channels))
        self._components.resuming.forget(removed)
        if removed and self._session:
            self._session.unsubscribe(removed)

    async def resumed(self, channels: str | Iterable[str]) -> bool:
        """Return whether the present connection told all that was missed on `channels` before it, once it has.

        False as soon as that is known not to be so: of one the history has ended or is kept no longer, the server keeps
        none, or this is the first connection. Nothing needs to be loaded anew after True.
        """
        named = _listed(channels)
        while (outcome := self._components.resuming.outcome(named)) is None:
            await self._components.resumed.wait()
        return outcome

    def resubscribe(self) -> None:
        """Ask for all channels once more; without a connection that happens by itself."""
        if self._session:
            self._session.subscribe(self.channels)

    async def command(
        self,
        action: str,
        params: dict[str, Any] | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
        id: str | None = None,  # noqa: A002 - as the frame calls it
    ) -> dict[str, Any]:
        """Send a command, and return the data of its answer; numbers with a point in it are `Decimal`.

        Without a connection it waits for one. With an `id` of one's own, one that changes something acts once for all
        who give it within 24 hours: after a time-out, or a restart of the program, it can be given again safely. Raise
        `ValueError` for an id that is under way here, `CommandRefusedError`, `CommandTimeoutError` (`timeout` seconds,
        waiting included), `CommandClosedError`, `QueueFullError`, or `MessageTooLargeError` for over 65,536 bytes.
        Cancelling it forgets the command, which may have been carried out.
        """
        seconds = self._components.options.command_timeout if timeout is None else timeout
        commands = self._components.commands
        command = commands.add(action, params or {}, is_connected=self._session is not None, id=id)
        try:
            if self._session:
                self._session.send_commands()
            async with asyncio.timeout(seconds):
                return await command.answer
        except TimeoutError:
            raise CommandTimeoutError(action, seconds) from None
        finally:
            commands.forget(command)

    async def login(self, token: TokenSource) -> None:
        """Log in with another token, or a function that gives them, now and from now on; without losing a subscription.

        Another user's token makes a new connection. Raise `LoginError`, and all stays as it was. Without a connection
        the token is kept for the next; one that is lost meanwhile is waited for, as `connect` does.
        """
        source = checked_source(token)
        check_login(self.dialect, source, self._components.options)
        tokens = Tokens(source, self._components.options.open_timeout)
        if source is None:
            await self._become(tokens)
            return
        try:
            if self._session:
                self._components.user = user_in(await log_in(self._session, tokens) or "")
        except ConnectionClosedError:
            self._components.tokens.take(tokens)
            if self._life is not None:
                await self._ready.wait()
        except TokenRefusedError as refused:
            if refused.code != _OF_ANOTHER_USER:
                raise
            await self._become(tokens)
        else:
            self._components.tokens.take(tokens)

    async def logout(self) -> None:
        """Be nobody: connect anew without a token, and refuse the commands under way. Trading can't be anonymous."""
        await self._become(Tokens(None, self._components.options.open_timeout))

    async def _become(self, tokens: Tokens) -> None:
        """Be somebody else from now on: no command of the former goes out as the new."""
        self._components.tokens.take(tokens)
        self._components.commands.close()
        self._components.resuming.forget_all()
        self._components.user = UNSET
        if self._life is not None:
            await self.reconnect()

    def _begin(self) -> None:
        """Start the life of the connection."""
        options, spelling = self._components.options, self._components.spelling
        maximum = spelling.maximum_attempts if options.maximum_attempts is UNSET else options.maximum_attempts
        back_off = BackOff(maximum, stable_after=options.stable_after, uniform=options.uniform)
        life = Life(self._components, back_off, on_ready=self._talk_on, on_state=self._enter)
        self._enter(ConnectionState.CONNECTING)
        self._life = asyncio.create_task(self._live(life), name="tidewire client")

    async def _live(self, life: Life) -> None:
        """Live until there is nothing left to try; a mistake of the client's own surfaces, and ends it as well."""
        try:
            error = await life.run()
        except Exception as mistake:  # noqa: BLE001 - it surfaces
            surface("A Tidewire client failed", mistake)
            error = TidewireError(f"The client failed: {type(mistake).__name__}")
        self._life = None
        self._end(error)

    async def _leave(self, state: ConnectionState) -> None:
        """End the life of the connection, and wait for its end."""
        life = self._life
        if life is None:
            return
        life.cancel()
        self._enter(state)
        try:
            await asyncio.wait([life])
        finally:
            self._life = None

    def _end(self, error: TidewireError | None) -> None:
        """Tell everybody that there is no connection any more."""
        self._error = error
        self._components.user = UNSET
        self._enter(ConnectionState.DISCONNECTED)
        self._components.commands.close()
        self._components.hearing.end()
        self._ready.fail(error or ConnectionClosedError(1000, "Client disconnect"))
        self._components.hearing.connection("disconnected", Disconnected(error))
        self._gone.release(error)

    def _talk_on(self, session: Session) -> None:
        """Say on a new connection what is to be said on each."""
        self._session = session
        session.subscribe(self.channels)
        session.send_commands()

    def _enter(self, state: ConnectionState) -> None:
        """Note a state; who waits for a connection goes on, and what was under way on a lost one waits."""
        self._state = state
        if state is ConnectionState.CONNECTED:
            self._ready.release(None)
        elif self._session is not None:
            self._session = None
            self._components.commands.cut_off()
            self._components.resuming.opened()
            self._components.resumed.release(None)


def _listed(channels: str | Iterable[str]) -> list[str]:
    return [channels] if isinstance(channels, str) else list(channels)
