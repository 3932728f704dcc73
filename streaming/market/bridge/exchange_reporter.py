"""What the bridge tells of its connection to the exchange: `system.exchange`, and lines for staff in `system.log`.

Of a further market it tells only the lines: `system.exchange` is about the market that clients read.
"""

import asyncio
from collections import deque

import msgspec

from streaming.clock import Clock
from streaming.events import Source
from streaming.events.system import ExchangeEvent, ExchangeNews, ExchangeState, LogLevel
from streaming.fan_out.hub import Hub
from streaming.market.bridge.slots import BRIDGE_SLOT
from streaming.market.gaps.interruptions import Interruption
from streaming.market.publishing.layer_recovery import until_layer_is_back
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.publishing.sender import Sender
from streaming.market.upstream.connection_changes import ConnectionChange
from streaming.system_log import log_publish

MAXIMUM_WAITING = 100
"""News that wait while the channel layer is away; of more, the oldest are let go."""

_LINES = {
    ExchangeEvent.CONNECTED: (LogLevel.INFO, "Connected to the exchange"),
    ExchangeEvent.DISCONNECTED: (LogLevel.WARN, "The connection to the exchange was lost"),
    ExchangeEvent.RECONNECT_FAILED: (LogLevel.ERROR, "The exchange could not be reached; attempts go on"),
}


class ExchangeReporter:
    """Holds the state of the exchange, and publishes what happens to it, in order.

    `epoch` is the bridge's fencing number; `limits` say what to do while the channel layer is away; `slot` is whose
    lines they are.
    """

    def __init__(
        self,
        hub: Hub,
        sender: Sender,
        *,
        source: Source,
        epoch: int,
        limits: PublishingLimits,
        clock: Clock,
        slot: str = BRIDGE_SLOT,
    ) -> None:
        self._hub = hub
        self._sender = sender
        self._source = source
        self._epoch = epoch
        self._limits = limits
        self._clock = clock
        self._slot = slot
        self._sequence = 0
        self._waiting: deque[ExchangeNews] = deque(maxlen=MAXIMUM_WAITING)
        self._more = asyncio.Event()
        self._is_simulated = False
        self.state = ExchangeState.CONNECTING
        self.since = clock.now_ms()

    def tell(self, change: ConnectionChange, state: ExchangeState) -> None:
        """Publish, soon, what has happened to the connection, which has brought the exchange into `state`."""
        self._enter(state)
        self._add(change.event, reason=change.reason, attempt=change.attempt)

    def is_now(self, state: ExchangeState) -> None:
        """Publish `status`, soon, where the state is no longer the one that was told."""
        if state is not self.state and not self._is_simulated:
            self._enter(state)
            self._add(ExchangeEvent.STATUS)

    @property
    def source(self) -> Source:
        """Whose data is served: the exchange's, or the simulator's in its place."""
        return Source.SIMULATOR if self._is_simulated else self._source

    @property
    def stands_in_for(self) -> Source | None:
        """The exchange in whose place simulated data is served; None where its own is."""
        return self._source if self._is_simulated else None

    def simulated(self, state: ExchangeState | None, reason: str) -> None:
        """Publish `status`, soon: from now on simulated data is served, or, with the exchange's `state`, no more."""
        self._is_simulated = state is None
        self._enter(state or ExchangeState.FALLBACK)
        self._add(ExchangeEvent.STATUS, reason=reason)

    def tell_over(self, interruption: Interruption) -> None:
        """Publish `resync`, soon: an interruption is over, and what was missed has been fetched, or can't be."""
        self._add(
            ExchangeEvent.RESYNC,
            reason=interruption.reason,
            start=interruption.start,
            end=interruption.end,
            complete=interruption.complete,
        )

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                await self._publish(self._waiting.popleft())

    def _enter(self, state: ExchangeState) -> None:
        if self._is_simulated:
            state = ExchangeState.FALLBACK
        if state is not self.state:
            self.state, self.since = state, self._clock.now_ms()

    def _add(
        self,
        event: ExchangeEvent,
        *,
        reason: str = "",
        attempt: int = 0,
        start: int | msgspec.UnsetType = msgspec.UNSET,
        end: int | msgspec.UnsetType = msgspec.UNSET,
        complete: bool | msgspec.UnsetType = msgspec.UNSET,
    ) -> None:
        self._waiting.append(
            ExchangeNews(
                event=event,
                time=self._clock.now_ms(),
                exchange=self._source.value,
                state=self.state,
                source=self.source,
                since=self.since,
                reason=reason or msgspec.UNSET,
                attempt=attempt or msgspec.UNSET,
                start=start,
                end=end,
                complete=complete,
            )
        )
        self._more.set()

    async def _publish(self, news: ExchangeNews) -> None:
        if self._slot == BRIDGE_SLOT:
            await self._publish_news(news)
        if (line := _line_of(news)) is not None:
            level, text = line
            await log_publish(self._hub, level=level, source=self._slot, message=text, clock=self._clock)

    async def _publish_news(self, news: ExchangeNews) -> None:
        self._sequence += 1
        while not await self._sender.publish(news, epoch=self._epoch, sequence=self._sequence):
            await until_layer_is_back(self._sender, retry=self._limits.retry, settle=self._limits.settle)


def _line_of(news: ExchangeNews) -> tuple[LogLevel, str] | None:
    """Return the line for staff; None where the news is worth none."""
    if news.event is ExchangeEvent.STATUS and news.reason:
        level = LogLevel.WARN if news.source is Source.SIMULATOR else LogLevel.INFO
        return level, str(news.reason)
    if news.event not in _LINES:
        return None
    level, message = _LINES[news.event]
    return level, f"{message}: {news.reason}" if news.reason else message
