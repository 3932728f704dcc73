"""The exchange's streams, as the bridge sees them: what it wants goes in, what the exchange says comes out.

However many sockets it takes; which carries what is decided by `Shards`, and each is kept by a `PersistentConnection`.
"""

import asyncio
from collections.abc import Callable
from random import Random

from streaming.clock import Clock
from streaming.market.sources.messages import Received
from streaming.market.sources.source import MarketSource
from streaming.market.upstream.callbacks import Callbacks, guarded
from streaming.market.upstream.connect_budget import ConnectBudget
from streaming.market.upstream.connection_changes import ConnectionChange, ConnectionState
from streaming.market.upstream.connection_context import ConnectionContext
from streaming.market.upstream.counts import UpstreamCounts
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.persistent_connection import PersistentConnection
from streaming.market.upstream.shards import FIRST, Shards
from streaming.market.upstream.stream_history import StreamHistory
from streaming.workers.waiting import wait_for

_WORST_FIRST = (
    ConnectionState.RECONNECTING,
    ConnectionState.STALE,
    ConnectionState.FALLBACK,
    ConnectionState.LIVE,
    ConnectionState.CONNECTING,
)
"""A further socket's first connection takes nothing from anybody, so it doesn't count while another is connected."""


class Upstream:
    """All streams of the exchange that are wanted, kept for ever.

    `handle` is called with every message; it must neither wait nor block, and may be given a message twice while one
    connection takes over from another. `observe` is called whenever `state` or `active` has changed; `tell` with what
    happens to a connection, when `state` says so already; `interrupted` with streams that flow no longer, and why;
    `restored` with those that are acknowledged again after that. A renewal that works interrupts nothing.
    `source` is whose streams they are. `budget` may be given where several upstreams follow each other in a process;
    `counts` says what befell it all.
    """

    def __init__(
        self,
        source: MarketSource,
        addresses: tuple[str, ...],
        handle: Callable[[Received], None],
        observe: Callable[[], None],
        tell: Callable[[ConnectionChange], None],
        *,
        interrupted: Callable[[frozenset[str], str], None],
        restored: Callable[[frozenset[str]], None],
        limits: ConnectionLimits,
        clock: Clock,
        random: Random,
        budget: ConnectBudget | None = None,
    ) -> None:
        self.counts = UpstreamCounts()
        callbacks = Callbacks(
            handle=handle,
            observe=guarded(observe),
            tell=guarded(tell),
            interrupted=guarded(interrupted),
            restored=guarded(restored),
        )
        self._limits = limits
        self._history = StreamHistory(patience=limits.silence.patience, clock=clock)
        self._context = ConnectionContext(
            source=source,
            addresses=addresses,
            callbacks=callbacks,
            budget=budget or connect_budget(limits, clock),
            history=self._history,
            counts=self.counts,
            limits=limits,
            clock=clock,
            random=random,
        )
        self._shards = Shards(limits.shards, linger=limits.subscriptions.linger, clock=clock)
        self._changed = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._connections = {FIRST: PersistentConnection(FIRST, self._context)}
        self.want(frozenset())

    @property
    def state(self) -> ConnectionState:
        """What is to be said of the whole: the worst of its sockets."""
        states = {connection.state for connection in self._connections.values()}
        return next(state for state in _WORST_FIRST if state in states)

    @property
    def is_well(self) -> bool:
        """True where every socket is connected and brings what it should."""
        return all(connection.is_well for connection in self._connections.values())

    @property
    def active(self) -> tuple[str, ...]:
        """The streams that the exchange has acknowledged, sorted; the canary only where it is wanted."""
        return tuple(sorted(frozenset().union(*(connection.active for connection in self._connections.values()))))

    @property
    def address(self) -> str:
        """The base address of the first socket."""
        return self._connections[FIRST].address

    def want(self, streams: frozenset[str]) -> None:
        """Make `streams` what the exchange is to send; what is no longer wanted ends after its linger."""
        self._shards.want(streams)
        self._history.know(streams | ({self._limits.silence.canary} - {""}))
        self._arrange()
        self._changed.set()

    def last_event_at(self, stream: str) -> int | None:
        """Return when `stream` last said something, in ms since the epoch; None where it hasn't yet."""
        return self._history.last_event_at(stream)

    def is_subscribed(self, stream: str) -> bool:
        """Return whether the exchange has acknowledged `stream`, though nobody may want it, as the canary."""
        return any(connection.is_subscribed(stream) for connection in self._connections.values())

    def is_silent(self, stream: str) -> bool:
        """Return whether nothing has come on `stream`, which is subscribed, for longer than its kind allows."""
        return any(connection.is_silent(stream) for connection in self._connections.values())

    async def run(self) -> None:
        """Keep it all until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._changed.clear()
                self._shards.expire()
                self._arrange()
                for number in self._connections.keys() - self._tasks.keys():
                    self._tasks[number] = tasks.create_task(self._connections[number].run())
                await wait_for(self._changed, self._shards.wait)

    def _arrange(self) -> None:
        """Have a connection for each socket that is needed, and tell each what is wanted of it."""
        needed = self._shards.sockets
        for number in self._connections.keys() - set(needed):
            del self._connections[number]
            if number in self._tasks:
                self._tasks.pop(number).cancel()
        for number in needed:
            if number not in self._connections:
                self._connections[number] = PersistentConnection(number, self._context)
            self._connections[number].want(self._shards.streams_of(number))


def connect_budget(limits: ConnectionLimits, clock: Clock) -> ConnectBudget:
    """Return a budget of attempts as `limits` say."""
    numbers = limits.reconnect
    return ConnectBudget(spacing=numbers.spacing, attempts=numbers.attempts, window=numbers.window, clock=clock)
