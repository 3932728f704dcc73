"""The states of one topic: after an interruption the first fresh value makes up for all that was missed. Pure."""

from streaming.clock import Clock
from streaming.events import MarketUpdate, Resync
from streaming.market.gaps.gap import Gap


class StateTracker:
    """Closes the gap of a state's topic with the first fresh value after an interruption."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest_at: int | None = None
        self._gap: Gap | None = None

    @property
    def gap(self) -> Gap | None:
        """The gap that is open now."""
        return self._gap

    def interrupted(self, at: int) -> None:
        """Note that the stream flows no longer, since `at` or earlier; before the first value nothing is missing."""
        if self._newest_at is not None:
            since = min(self._newest_at, at)
            gap = self._gap = self._gap or Gap(since, opened=self._clock.monotonic(), is_told=True)
            gap.is_awaiting = True

    def restored(self, at: int) -> None:
        """Note that the stream flows again."""
        if self._gap is not None:
            self._gap.is_awaiting = False
            self._gap.until = max(self._gap.until, at)

    def take(self, event: MarketUpdate, at: int) -> list[MarketUpdate | Resync]:
        """Return the event, and what is to be told of the gap that it closes."""
        self._newest_at = at
        gap = self._gap
        if gap is None or gap.is_awaiting:
            return [event]
        self._gap = None
        gap.until = max(gap.until, at)
        return [event, gap.resync(complete=True)]
