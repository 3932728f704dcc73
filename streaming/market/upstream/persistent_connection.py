"""One socket of the exchange's streams, kept for ever: when a connection ends another follows, and before one must end.

A thin shell: when to connect and where to is decided by `Reconnecting` and `ConnectBudget`, when to renew by `Renewal`.
`_advance` looks at all of it whenever something has changed or is due; connections run in tasks of their own.
A renewal makes the new connection first: both hand on what comes until the new one has proved itself.
"""

import asyncio

import structlog

from streaming.events.system import ExchangeEvent
from streaming.market.sources.messages import Received
from streaming.market.sources.rest.retry_after import retry_after_seconds
from streaming.market.upstream.connection import Connection
from streaming.market.upstream.connection_changes import ConnectionChange, ConnectionState
from streaming.market.upstream.connection_context import ConnectionContext
from streaming.market.upstream.counts import Ending
from streaming.market.upstream.failure import Failure, failure_of
from streaming.market.upstream.interrupted_streams import InterruptedStreams
from streaming.market.upstream.reconnecting import RATE_LIMITED, Reconnecting
from streaming.market.upstream.renewal import Reason, Renewal
from streaming.workers.waiting import wait_for

logger = structlog.get_logger(__name__)


class PersistentConnection:
    """Keeps one socket connected for ever; `number` is the socket's."""

    def __init__(self, number: int, context: ConnectionContext) -> None:
        self._number = number
        self._context = context
        self._callbacks, self._limits, self._clock = context.callbacks, context.limits, context.clock
        self._interrupted_streams = InterruptedStreams(context.callbacks.interrupted, context.callbacks.restored)
        self._reconnecting = context.attempts()
        self._renewal = Renewal(context.limits.renewal, clock=context.clock, random=context.random)
        self._renewing: Reconnecting | None = None
        self._reason = Reason.AGE
        self._tasks: dict[Connection, asyncio.Task[None]] = {}
        self._current: Connection | None = None
        self._successor: Connection | None = None
        self._draining: list[Connection] = []
        self._wanted: frozenset[str] = frozenset()
        self._attempt = 0
        self._has_failed = False
        self._is_doubtful = False
        self._changed = asyncio.Event()
        self._observed: tuple[ConnectionState, frozenset[str]] = (ConnectionState.CONNECTING, frozenset())

    @property
    def state(self) -> ConnectionState:
        """What is to be said of this socket."""
        if self._current is None or not self._current.is_open:
            return ConnectionState.RECONNECTING if self._has_failed else ConnectionState.CONNECTING
        if self._current.is_stale:
            return ConnectionState.STALE
        return ConnectionState.LIVE if self._is_preferred(self._current) else ConnectionState.FALLBACK

    @property
    def active(self) -> frozenset[str]:
        """The streams that the exchange has acknowledged; the canary only where it is wanted."""
        active = frozenset() if self._current is None else self._current.active
        return active - ({self._limits.silence.canary} - self._wanted)

    @property
    def address(self) -> str:
        """The base address in use."""
        return self._reconnecting.address if self._current is None else self._current.address

    @property
    def is_well(self) -> bool:
        """True where it is connected, and brings what it should."""
        return self._current is not None and self._current.is_well

    def is_subscribed(self, stream: str) -> bool:
        """Return whether the exchange has acknowledged a stream, the canary too."""
        return self._current is not None and stream in self._current.active

    def is_silent(self, stream: str) -> bool:
        """Return whether a stream has said nothing for longer than one of its kind does."""
        return self._current is not None and self._current.is_silent(stream)

    def want(self, streams: frozenset[str]) -> None:
        """Make `streams` what the exchange is to send; what is no longer wanted ends after its linger."""
        self._wanted = streams
        self._interrupted_streams.want(streams)
        if self._current is not None:
            self._current.want(streams)
            if self._successor is not None:
                self._successor.want(streams | self._current.lingering)
        elif self._successor is not None:
            self._successor.want(streams)

    async def run(self) -> None:
        """Keep a connection until cancelled."""
        try:
            while True:
                self._changed.clear()
                self._advance()
                await wait_for(self._changed, self._wait())
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def opened(self, connection: Connection) -> None:
        """Take note that a connection was made."""
        self._context.counts.connections += 1
        if connection is self._current:
            self._reconnecting.connected()
            self._stands(connection)
        elif connection is self._successor and self._current is None:
            self._promote(connection)
        self.changed()

    def heard(self, connection: Connection, received: Received) -> None:
        """Hand an event on; that of the canary only where somebody wants it."""
        self._context.history.spoke(received.stream)
        if connection is self._current:
            self._reconnecting.data_received()
            self._is_doubtful = False
        if received.stream != self._limits.silence.canary or received.stream in self._wanted:
            self._callbacks.handle(received)

    def shutdown_announced(self, connection: Connection) -> None:
        """Make another connection, once, however often it is told."""
        if connection is self._current and self._renewal.shutdown_announced():
            logger.info("the exchange is about to end our connection", socket=self._number, address=connection.address)
            self.changed()

    def flowing(self, connection: Connection, streams: frozenset[str]) -> None:
        """Take note that streams were acknowledged."""
        if connection is self._current:
            self._interrupted_streams.flowing(streams)

    def broken(self, connection: Connection, streams: frozenset[str], reason: str) -> None:
        """Take note that streams flow no longer, though they should, and are asked for again."""
        if connection is self._current:
            self._interrupted_streams.broken(streams, reason)

    def changed(self) -> None:
        """Look at everything again, soon."""
        self._changed.set()

    def _advance(self) -> None:
        """Do what follows from what has happened, and what is due."""
        for connection, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[connection]
                self._ended(connection, None if task.cancelled() else task.exception())
        if self._successor is not None:
            self._follow_renewal(self._successor)
        self._close_drained()
        if self._successor is None:
            self._connect_where_due()
        observed = self.state, self.active
        if observed != self._observed:
            self._observed = observed
            self._callbacks.observe()

    def _wait(self) -> float | None:
        """Return the seconds until something is due; None where only news can bring it."""
        now = self._clock.monotonic()
        waits = [connection.drains_until - now for connection in self._draining if connection.drains_until is not None]
        if self._successor is not None:
            waits.append(self._successor.began_at + self._limits.renewal.ready_within - now)
        elif self._current is None:
            waits.append(max(self._reconnecting.wait, self._context.budget.wait))
        elif self._current.is_open and self._renewal.wait is not None:
            again = 0.0 if self._renewing is None else self._renewing.wait
            waits.append(max(self._renewal.wait, again, self._context.budget.wait))
        return max(0.0, min(waits)) if waits else None

    def _connect_where_due(self) -> None:
        if self._context.budget.wait:
            return
        if self._current is None:
            if not self._reconnecting.wait:
                self._attempt = self._reconnecting.attempt
                self._reconnecting.attempting()
                self._current = self._begin(self._reconnecting.address, self._wanted)
                self._tell(ExchangeEvent.CONNECTING)
        elif self._current.is_open and (reason := self._renewal.due) is not None:
            self._renew(self._current, reason)

    def _begin(self, address: str, streams: frozenset[str]) -> Connection:
        self._context.budget.attempting()
        connection = Connection(address, self, self._context, doubtful=self._is_doubtful)
        connection.want(streams)
        task = self._tasks[connection] = asyncio.create_task(connection.run())
        task.add_done_callback(lambda _: self.changed())
        return connection

    def _ended(self, connection: Connection, error: BaseException | None) -> None:
        if connection not in (self._current, self._successor):
            return
        failure = failure_of(error, was_open=connection.is_open)
        self._context.counts.endings[failure.ending] += 1
        if failure.status in RATE_LIMITED:
            otherwise = self._limits.reconnect.rate_limit_wait
            self._context.budget.hold(retry_after_seconds(failure.retry_after, otherwise=otherwise))
        if connection is self._current:
            self._lost(connection, failure)
        else:
            self._renewal_failed(failure)

    def _lost(self, connection: Connection, failure: Failure) -> None:
        self._current = None
        self._has_failed = True
        self._is_doubtful = self._is_doubtful or failure.ending is Ending.SILENT
        self._renewal.ended()
        self._renewing = None
        self._reconnecting.failed(failure.status, failure.retry_after)
        self._interrupted_streams.broken(connection.active, failure.reason)
        self._tell(ExchangeEvent.DISCONNECTED if connection.is_open else ExchangeEvent.ERROR, failure.reason)
        if self._reconnecting.has_failed:
            self._tell(ExchangeEvent.RECONNECT_FAILED, failure.reason)
        logger.warning(
            "the exchange is not connected",
            socket=self._number,
            address=connection.address,
            reason=failure.reason,
            next_attempt_in=round(max(self._reconnecting.wait, self._context.budget.wait), 3),
        )
        if self._successor is not None and self._successor.is_open:
            self._promote(self._successor)

    def _stands(self, connection: Connection) -> None:
        """Say that there is a connection where there was none."""
        self._renewal.made(preferred=self._is_preferred(connection))
        self._tell(ExchangeEvent.CONNECTED)
        logger.info("connected to the exchange", socket=self._number, address=connection.address)

    def _renew(self, current: Connection, reason: Reason) -> None:
        if reason is Reason.RETURN:
            address = self._reconnecting.preferred_address
        else:
            self._renewing = self._renewing or self._context.attempts(current.address)
            if self._renewing.wait:
                return
            address = self._renewing.address
        logger.info("another connection to the exchange is made", socket=self._number, address=address, reason=reason)
        self._reason = reason
        self._successor = self._begin(address, self._wanted | current.lingering)

    def _follow_renewal(self, successor: Connection) -> None:
        """Take the new connection where it has proved itself, and give it up where it hasn't in time."""
        is_late = self._clock.monotonic() - successor.began_at >= self._limits.renewal.ready_within
        proved = successor.event_at is not None or (is_late and self._is_quiet_since(successor.began_at))
        if successor.is_settled and proved:
            self._promote(successor)
        elif is_late:
            self._tasks[successor].cancel()
            reason = f"not ready within {self._limits.renewal.ready_within:g} s"
            self._renewal_failed(Failure(ending=Ending.NOT_MADE, reason=reason))

    def _is_quiet_since(self, moment: float) -> bool:
        """Return whether the present connection has brought nothing either, so that there was nothing to bring."""
        return self._current is None or self._current.event_at is None or self._current.event_at < moment

    def _promote(self, successor: Connection) -> None:
        """Go on with the new connection; where the old one lives, it is still read for a while."""
        old, self._current, self._successor, self._renewing = self._current, successor, None, None
        successor.want(self._wanted)
        self._reconnecting.moved_to(successor.address)
        if old is None:
            self._stands(successor)
        else:
            self._context.counts.renewals += 1
            self._renewal.made(preferred=self._is_preferred(successor))
            logger.info("the connection to the exchange was renewed", socket=self._number, address=successor.address)
            self._interrupted_streams.broken(old.active - successor.active, "refused on the renewed connection")
            old.drain(self._clock.monotonic() + self._limits.renewal.drain)
            self._draining.append(old)
        if successor.is_ending:
            self._renewal.shutdown_announced()
        self._interrupted_streams.flowing(successor.active)
        self.changed()

    def _renewal_failed(self, failure: Failure) -> None:
        self._successor = None
        self._context.counts.failed_renewals += 1
        self._renewal.came_to_nothing(self._reason)
        if self._renewing is not None and self._reason is not Reason.RETURN:
            self._renewing.failed(failure.status, failure.retry_after)
        logger.warning(
            "another connection to the exchange could not be made", socket=self._number, reason=failure.reason
        )

    def _close_drained(self) -> None:
        now = self._clock.monotonic()
        for connection in [one for one in self._draining if (one.drains_until or 0.0) <= now]:
            self._draining.remove(connection)
            if connection in self._tasks:
                self._tasks[connection].cancel()

    def _is_preferred(self, connection: Connection) -> bool:
        return connection.address == self._reconnecting.preferred_address

    def _tell(self, event: ExchangeEvent, reason: str = "") -> None:
        self._callbacks.tell(
            ConnectionChange(
                event=event, attempt=self._attempt, reason=reason, socket=self._number, address=self.address
            )
        )
