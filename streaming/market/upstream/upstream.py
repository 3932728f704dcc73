"""The exchange's streams, as the bridge sees them: what it wants goes in, what the exchange says comes out."""

from collections.abc import Callable
from random import Random

from streaming.clock import Clock
from streaming.market.messages import Received
from streaming.market.upstream.connection import ExchangeConnection, Handler
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.news import ConnectionNews, ConnectionState


class Upstream:
    """All streams of the exchange that are wanted, however many sockets carry them, kept for ever.

    `handle` is called with every message; it must neither wait nor block, and may be given a message twice while one
    socket takes over from another. `observe` is called whenever `state` or `active` has changed; `tell` with what
    happens to the connection; `interrupted` with streams that flow no longer, and why; `restored` with those that are
    acknowledged again after that.
    """

    def __init__(
        self,
        addresses: tuple[str, ...],
        handle: Callable[[Received], None],
        observe: Callable[[], None],
        tell: Callable[[ConnectionNews], None],
        *,
        interrupted: Callable[[frozenset[str], str], None],
        restored: Callable[[frozenset[str]], None],
        limits: ConnectionLimits,
        clock: Clock,
        random: Random,
    ) -> None:
        self._handle: Handler = handle
        self._observe = observe
        self._tell = tell
        self._interrupted = interrupted
        self._restored = restored
        self._clock = clock
        self._last_event_at: dict[str, int] = {}
        self._flowing: frozenset[str] = frozenset()
        self._missed: frozenset[str] = frozenset()
        self._connection = ExchangeConnection(
            addresses, self._take, self._look, self._hear, limits=limits, clock=clock, random=random
        )

    @property
    def state(self) -> ConnectionState:
        """What is to be said of the whole: the worst of its sockets."""
        return self._connection.state

    @property
    def active(self) -> tuple[str, ...]:
        """The streams that the exchange has acknowledged, sorted; the canary only where it is wanted."""
        return self._connection.active

    @property
    def address(self) -> str:
        """The base address of the first socket."""
        return self._connection.address

    def want(self, streams: frozenset[str]) -> None:
        """Make `streams` what the exchange is to send; what is no longer wanted ends after its linger."""
        self._connection.want(streams)

    def last_event_at(self, stream: str) -> int | None:
        """Return when `stream` last said something, in ms since the epoch; None where it hasn't yet."""
        return self._last_event_at.get(stream)

    def is_silent(self, stream: str) -> bool:
        """Return whether nothing has come on `stream` for longer than its kind allows."""
        return False

    async def run(self) -> None:
        """Keep it all until cancelled."""
        await self._connection.run()

    def _take(self, received: Received) -> None:
        if received.stream:
            self._last_event_at[received.stream] = self._clock.now_ms()
        self._handle(received)

    def _look(self) -> None:
        flowing = frozenset(self._connection.active)
        if (lost := self._flowing - flowing) and self.state is ConnectionState.RECONNECTING:
            self._missed |= lost
            self._interrupted(lost, "the connection to the exchange was lost")
        self._flowing = flowing
        if back := flowing & self._missed:
            self._missed -= back
            self._restored(back)
        self._observe()

    def _hear(self, news: ConnectionNews) -> None:
        self._tell(news)
