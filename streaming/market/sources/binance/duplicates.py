"""A guard against states that were said already: while one socket takes over from another, both say the same.

Books are known by `lastUpdateId` or `u`, open candles and tickers by `E`. What is older than the newest of its stream
is told no more. Where an exchange begins anew (its ids, or its clock), it is believed. Trades and closed candles pass:
who finds their gaps knows what was told of them (`gaps.trades`, `gaps.candles`). Pure.
"""

from collections.abc import Iterable

from streaming.clock import Clock
from streaming.market.sources.binance import messages
from streaming.market.sources.messages import Received, SourceMessage
from streaming.market.sources.source import DuplicateLimits


class DuplicateFilter:
    """Tells new states from those that were said already, by stream; `doubles` counts the latter."""

    def __init__(self, limits: DuplicateLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._streams: dict[str, _Seen] = {}
        self.doubles = 0

    def admits(self, received: Received) -> bool:
        """Return whether a message says something new; one that is no state of one symbol always does."""
        if not isinstance(received.message, _GUARDED):
            return True
        seen = self._streams.get(received.stream)
        if seen is None:
            seen = self._streams[received.stream] = _Seen(self._limits)
        if seen.admits(received.message, self._clock.monotonic()):
            return True
        self.doubles += 1
        return False

    def keep(self, streams: Iterable[str]) -> None:
        """Forget every stream but these."""
        kept = frozenset(streams)
        self._streams = {name: seen for name, seen in self._streams.items() if name in kept}

    def interrupted(self, streams: Iterable[str]) -> None:
        """Note that nothing overlaps: what comes next on these is of another socket, maybe of another exchange."""
        for name in streams:
            if name in self._streams:
                del self._streams[name]


_GUARDED = (
    messages.KlineMessage,
    messages.TickerMessage,
    messages.PartialDepthMessage,
    messages.BookTickerMessage,
)


class _Seen:
    """What one stream has said."""

    def __init__(self, limits: DuplicateLimits) -> None:
        self._limits = limits
        self._newest_time = 0
        self._newest: messages.TickerMessage | messages.KlineMessage | None = None
        self._book: tuple[int, float] | None = None

    def admits(self, message: SourceMessage, now: float) -> bool:
        match message:
            case messages.KlineMessage(is_final=True):
                self._newest_time = max(self._newest_time, message.event_time)
                return True
            case messages.KlineMessage() | messages.TickerMessage():
                return self._admits_newer(message)
            case messages.PartialDepthMessage(last_update_id=number) | messages.BookTickerMessage(update_id=number):
                return self._admits_book(number, now)
            case _:
                return True

    def _admits_newer(self, message: messages.TickerMessage | messages.KlineMessage) -> bool:
        time = message.event_time
        if self._newest_time - self._limits.clock_anew * 1000 <= time < self._newest_time or message == self._newest:
            return False
        self._newest_time, self._newest = time, message
        return True

    def _admits_book(self, number: int, now: float) -> bool:
        if self._book is not None and number <= self._book[0] and now - self._book[1] < self._limits.ids_anew:
            return False
        self._book = (number, now)
        return True
