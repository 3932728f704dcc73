"""One socket of the exchange's streams, kept for ever: when a connection ends another follows, and before one must end.

A thin shell: when to connect and where to is decided by `Reconnecting` and `ConnectBudget`, when to renew by `Renewal`.
`_advance` looks at all of it whenever something has changed or is due; connections run in tasks of their own.
A renewal makes the new connection first: both hand on what comes until the new one has proved itself.
"""

import asyncio
from random import Random

import structlog
from websockets.exceptions import InvalidStatus, WebSocketException

from streaming.clock import Clock
from streaming.events.system import ExchangeEvent
from streaming.market.messages import Received
from streaming.market.retry_after import retry_after_seconds
from streaming.market.upstream.callbacks import Callbacks
from streaming.market.upstream.connect_budget import ConnectBudget
from streaming.market.upstream.connection import Connection, SilentError, UnansweredError
from streaming.market.upstream.counts import Counts, Ending
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.news import ConnectionNews, ConnectionState
from streaming.market.upstream.reconnecting import RATE_LIMITED, Reconnecting
from streaming.market.upstream.renewal import Reason, Renewal
from streaming.market.upstream.stream_history import StreamHistory
from streaming.market.waiting import wait_for

logger = structlog.get_logger(__name__)


class Line:
    """See the module. `number` is the socket's; `budget`, `history` and `counts` are shared by all sockets."""

    def __init__(
        self,
        number: int,
        addresses: tuple[str, ...],
        callbacks: Callbacks,
        *,
        budget: ConnectBudget,
        history: StreamHistory,
        counts: Counts,
        limits: ConnectionLimits,
        clock: Clock,
        random: Random,
    ) -> None:
        self._number = number
        self._addresses = addresses
        self._callbacks = callbacks
        self._budget = budget
        self._history = history
        self._counts = counts
        self._limits = limits
        self._clock = clock
        self._random = random
        self._reconnecting = Reconnecting(addresses, limits=limits.reconnect, clock=clock, random=random)
        self._renewal = Renewal(limits.renewal, clock=clock, random=random)
        self._renewing: Reconnecting | None = None
        self._reason = Reason.AGE
        self._tasks: dict[Connection, asyncio.Task[None]] = {}
        self._current: Connection | None = None
        self._successor: Connection | None = None
        self._draining: list[Connection] = []
        self._wanted: frozenset[str] = frozenset()
        self._missed: frozenset[str] = frozenset()
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
        if self._current is None:
            return frozenset()
        return self._current.active - ({self._limits.silence.canary} - self._wanted)

    @property
    def address(self) -> str:
        """The base address in use."""
        return self._reconnecting.address if self._current is None else self._current.address

    def is_silent(self, stream: str) -> bool:
        """Return whether a stream has said nothing for longer than one of its kind does."""
        return self._current is not None and self._current.is_silent(stream)

    def want(self, streams: frozenset[str]) -> None:
        """Make `streams` what the exchange is to send; what is no longer wanted ends after its linger."""
        self._wanted = streams
        self._missed &= streams
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

    # What connections tell.

    def opened(self, connection: Connection) -> None:
        """Take note that a connection was made."""
        self._counts.connections += 1
        if connection is self._current:
            self._reconnecting.connected()
            self._stands(connection)
        elif connection is self._successor and self._current is None:
            self._promote(connection)
        self.changed()

    def heard(self, connection: Connection, received: Received) -> None:
        """Hand an event on; that of the canary only where somebody wants it."""
        self._history.spoke(received.stream)
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
            self._mend(streams)

    def broken(self, connection: Connection, streams: frozenset[str], reason: str) -> None:
        """Take note that streams flow no longer, though they should, and are asked for again."""
        if connection is self._current:
            self._break(streams, reason)

    def changed(self) -> None:
        """Look at everything again, soon."""
        self._changed.set()

    # What follows from it.

    def _advance(self) -> None:
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
            waits.append(max(self._reconnecting.wait, self._budget.wait))
        elif self._current.is_open and self._renewal.wait is not None:
            again = 0.0 if self._renewing is None else self._renewing.wait
            waits.append(max(self._renewal.wait, again, self._budget.wait))
        return max(0.0, min(waits)) if waits else None

    def _connect_where_due(self) -> None:
        if self._budget.wait:
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
        self._budget.attempting()
        connection = Connection(
            address,
            self,
            limits=self._limits,
            history=self._history,
            counts=self._counts,
            clock=self._clock,
            doubtful=self._is_doubtful,
        )
        connection.want(streams)
        task = self._tasks[connection] = asyncio.create_task(connection.run())
        task.add_done_callback(lambda _: self.changed())
        return connection

    def _ended(self, connection: Connection, error: BaseException | None) -> None:
        if connection not in (self._current, self._successor):
            return
        ending, reason = _classified(error, was_open=connection.is_open)
        self._counts.endings[ending] += 1
        if isinstance(error, InvalidStatus) and error.response.status_code in RATE_LIMITED:
            otherwise = self._limits.reconnect.rate_limit_wait
            self._budget.hold(retry_after_seconds(_retry_after(error), otherwise=otherwise))
        if connection is self._current:
            self._lost(connection, error, reason)
        else:
            self._renewal_failed(error, reason)

    def _lost(self, connection: Connection, error: BaseException | None, reason: str) -> None:
        self._current = None
        self._has_failed = True
        self._is_doubtful = self._is_doubtful or isinstance(error, SilentError)
        self._renewal.ended()
        self._renewing = None
        _note_failure(self._reconnecting, error)
        self._break(connection.active, reason)
        self._tell(ExchangeEvent.DISCONNECTED if connection.is_open else ExchangeEvent.ERROR, reason)
        if self._reconnecting.has_failed:
            self._tell(ExchangeEvent.RECONNECT_FAILED, reason)
        seconds = round(max(self._reconnecting.wait, self._budget.wait), 3)
        logger.warning(
            "the exchange is not connected",
            socket=self._number, address=connection.address, reason=reason, next_attempt_in=seconds,
        )  # fmt: skip
        if self._successor is not None and self._successor.is_open:
            self._promote(self._successor)

    def _stands(self, connection: Connection) -> None:
        """Say that there is a connection where there was none."""
        self._renewal.made(preferred=self._is_preferred(connection))
        self._tell(ExchangeEvent.CONNECTED)
        logger.info("connected to the exchange", socket=self._number, address=connection.address)

    # Renewals.

    def _renew(self, current: Connection, reason: Reason) -> None:
        if reason is Reason.RETURN:
            address = self._reconnecting.preferred_address
        else:
            self._renewing = self._renewing or Reconnecting(
                self._addresses,
                limits=self._limits.reconnect,
                clock=self._clock,
                random=self._random,
                start=current.address,
            )
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
            self._renewal_failed(TimeoutError(), f"not ready within {self._limits.renewal.ready_within:g} s")

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
            self._counts.renewals += 1
            self._renewal.made(preferred=self._is_preferred(successor))
            logger.info("the connection to the exchange was renewed", socket=self._number, address=successor.address)
            self._break(old.active - successor.active, "refused by the exchange on the renewed connection")
            old.drain(self._clock.monotonic() + self._limits.renewal.drain)
            self._draining.append(old)
        if successor.is_ending:
            self._renewal.shutdown_announced()
        self._mend(successor.active)
        self.changed()

    def _renewal_failed(self, error: BaseException | None, reason: str) -> None:
        self._successor = None
        self._counts.failed_renewals += 1
        self._renewal.came_to_nothing(self._reason)
        if self._renewing is not None:
            _note_failure(self._renewing, error)
        logger.warning("another connection to the exchange could not be made", socket=self._number, reason=reason)

    def _close_drained(self) -> None:
        now = self._clock.monotonic()
        for connection in [one for one in self._draining if (one.drains_until or 0.0) <= now]:
            self._draining.remove(connection)
            if connection in self._tasks:
                self._tasks[connection].cancel()

    # What is told.

    def _is_preferred(self, connection: Connection) -> bool:
        return connection.address == self._reconnecting.preferred_address

    def _break(self, streams: frozenset[str], reason: str) -> None:
        if lost := streams & self._wanted:
            self._missed |= lost
            self._callbacks.interrupted(lost, reason)

    def _mend(self, streams: frozenset[str]) -> None:
        if back := streams & self._missed:
            self._missed -= back
            self._callbacks.restored(back)

    def _tell(self, event: ExchangeEvent, reason: str = "") -> None:
        self._callbacks.tell(
            ConnectionNews(event=event, attempt=self._attempt, reason=reason, socket=self._number, address=self.address)
        )


def _note_failure(attempts: Reconnecting, error: BaseException | None) -> None:
    if isinstance(error, InvalidStatus):
        attempts.refused(error.response.status_code, _retry_after(error))
    else:
        attempts.lost()


def _retry_after(error: InvalidStatus) -> str | None:
    return next(iter(error.response.headers.get_all("Retry-After")), None)


def _classified(error: BaseException | None, *, was_open: bool) -> tuple[Ending, str]:
    """Return the cause of an end, for counting, and the words for it."""
    reason = str(error) or type(error).__name__
    match error:
        case InvalidStatus():
            return Ending.REFUSED, f"HTTP {error.response.status_code}"
        case SilentError():
            return Ending.SILENT, reason
        case UnansweredError():
            return Ending.UNANSWERED, reason
        case OSError() | WebSocketException():  # OSError includes TimeoutError
            return (Ending.LOST if was_open else Ending.NOT_MADE), reason
        case _:
            logger.error("a connection to the exchange has failed in an unforeseen way", exc_info=error)
            return (Ending.LOST if was_open else Ending.NOT_MADE), reason
