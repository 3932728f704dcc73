"""The client: what a program talks to, and what it asks for, which outlasts connections (`connecting`)."""

import asyncio
from collections.abc import Iterable
from typing import Any

from msgspec import UNSET

from tidewire_client.address import endpoint_url
from tidewire_client.channels.subscriptions import SubscriptionOptions
from tidewire_client.commands import Commands
from tidewire_client.components import Components
from tidewire_client.connecting import Connecting
from tidewire_client.connection.persistent_connection import log_in
from tidewire_client.dialects import SPELLINGS, Dialect
from tidewire_client.errors import CommandTimeoutError, ConnectionClosedError, TokenRefusedError
from tidewire_client.events import QualityReport
from tidewire_client.logging_in.token_expiry import user_in
from tidewire_client.logging_in.tokens import Tokens, TokenSource, check_login, checked_source
from tidewire_client.options import ClientOptions
from tidewire_client.statistics import Statistics

_OF_ANOTHER_USER = "forbidden"


class TidewireClient(Connecting):
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
        components = Components(
            url=endpoint_url(url, spelling.dialect),
            spelling=spelling,
            options=chosen,
            tokens=Tokens(checked_source(token), chosen.open_timeout),
            commands=Commands(chosen.queue_limit, spelling.stamped),
        )
        super().__init__(components, chosen.event_limit)

    def __repr__(self) -> str:
        """Show where, how and in which state, and no secret."""
        return f"TidewireClient({self._components!r}, state={self._state.value!r})"

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
        self._components.resuming.unsubscribed(removed)
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
        waiting included), `CommandClosedError`, `QueueFullError`, `UnreadableFrameError` (its answer can't be read), or
        `MessageTooLargeError` for over 65,536 bytes.
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


def _listed(channels: str | Iterable[str]) -> list[str]:
    return [channels] if isinstance(channels, str) else list(channels)
