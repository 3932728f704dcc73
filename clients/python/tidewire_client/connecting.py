"""The connection of a client: begun and ended by the program, and living on by itself meanwhile."""

import asyncio
from typing import Self

from msgspec import UNSET

from tidewire_client.back_off import BackOff
from tidewire_client.channels.handler_registration import HandlerRegistration
from tidewire_client.components import Components
from tidewire_client.connection.persistent_connection import PersistentConnection
from tidewire_client.errors import ConnectionClosedError, TidewireError
from tidewire_client.events import Disconnected
from tidewire_client.session import Session
from tidewire_client.state import ConnectionState
from tidewire_client.unhandled_errors import report_unhandled
from tidewire_client.waiters import Waiters


class Connecting(HandlerRegistration):
    """The half of a client that begins, ends and survives connections; whoever listens hears of them."""

    def __init__(self, components: Components, event_limit: int) -> None:
        super().__init__(components.emitter, event_limit)
        self._components = components
        self._state = ConnectionState.DISCONNECTED
        self._session: Session | None = None
        self._life: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._ready: Waiters[None] = Waiters()
        self._gone: Waiters[TidewireError | None] = Waiters()
        self._error: TidewireError | None = None

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

    def _begin(self) -> None:
        """Start the life of the connection."""
        options, spelling = self._components.options, self._components.spelling
        maximum = spelling.maximum_attempts if options.maximum_attempts is UNSET else options.maximum_attempts
        back_off = BackOff(maximum, stable_after=options.stable_after, uniform=options.uniform)
        connection = PersistentConnection(self._components, back_off, on_ready=self._talk_on, on_state=self._enter)
        self._enter(ConnectionState.CONNECTING)
        self._life = asyncio.create_task(self._live(connection), name="tidewire client")

    async def _live(self, connection: PersistentConnection) -> None:
        """Live until there is nothing left to try; a mistake of the client's own surfaces, and ends it as well."""
        try:
            error = await connection.run()
        except Exception as mistake:  # noqa: BLE001 - it surfaces
            report_unhandled("A Tidewire client failed", mistake)
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
        self._components.emitter.end()
        self._ready.fail(error or ConnectionClosedError(1000, "Client disconnect"))
        self._components.emitter.connection("disconnected", Disconnected(error))
        self._gone.release(error)

    def _talk_on(self, session: Session) -> None:
        """Say on a new connection what is to be said on each."""
        self._session = session
        session.subscribe(self._components.subscriptions.channels)
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
