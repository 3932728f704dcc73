"""What the exchange's clock shows, from the times that its messages bear: rather too little than too much. Pure."""

from streaming.clock import Clock

_MOST_AHEAD = 60_000.0
"""Milliseconds by which one message alone may put the clock forward; a second one must bear out more."""


class ExchangeTime:
    """The exchange's clock, as its newest message has it, moved on by ours; before the first, ours."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead: float | None = None
        self._doubted: float | None = None

    @property
    def is_known(self) -> bool:
        """True once the exchange has told its time."""
        return self._ahead is not None

    def note(self, time: int) -> None:
        """Note that the exchange's clock showed `time` (in ms), at the latest now.

        A leap forward is believed once the next message says the same: candles would be given up for it.
        """
        ahead = time - self._clock.monotonic() * 1000
        doubted, self._doubted = self._doubted, None
        leaps = self._ahead is not None and ahead - self._ahead > _MOST_AHEAD
        if leaps and (doubted is None or abs(ahead - doubted) > _MOST_AHEAD):
            self._doubted = ahead
        else:
            self._ahead = ahead

    def now_ms(self) -> int:
        """Return the time in ms since the epoch."""
        if self._ahead is None:
            return self._clock.now_ms()
        return int(self._ahead + self._clock.monotonic() * 1000)
