"""How much request weight may be used now: our own share of a minute, and what the exchange says that is used. Pure."""

from streaming.clock import Clock

_WINDOW_SECONDS = 60.0
_MINUTE_MS = 60_000


class WeightBudget:
    """How much weight may still be used in this minute; `reserved` of it only for what is essential.

    The exchange counts by address, over all programs there, from minute to minute. Where that count (`note_used`) and
    what was spent since would go above `ceiling`, what isn't essential waits for the next minute, whatever our own
    share still allows.
    """

    def __init__(self, per_minute: int, clock: Clock, *, reserved: int = 0, ceiling: int | None = None) -> None:
        self._per_minute = per_minute
        self._reserved = reserved
        self._ceiling = ceiling
        self._clock = clock
        self._window = 0.0
        self._used = 0
        self._blocked_until = 0.0
        self._told = 0
        self._told_minute = 0

    def spend(self, weight: int, *, essential: bool = False) -> float:
        """Use `weight` and return 0; or return the seconds to wait, where it may not be used now."""
        now = self._clock.monotonic()
        wait = max(
            self.blocked_seconds(),
            self._wait_for_share(weight, now, 0 if essential else self._reserved),
            self._wait_for_others(weight, self._reserved if essential else 0),
        )
        if wait > 0:
            return wait
        self._used += weight
        self._told += weight
        return 0.0

    def block(self, seconds: float) -> None:
        """Allow nothing for `seconds`: the exchange said so."""
        self._blocked_until = max(self._blocked_until, self._clock.monotonic() + seconds)

    def blocked_seconds(self) -> float:
        """Return for how long nothing is allowed; 0 or less where something is."""
        return self._blocked_until - self._clock.monotonic()

    def note_used(self, weight: int) -> None:
        """Take note of what the exchange says that all programs at this address have used in this minute."""
        self._told, self._told_minute = weight, self._minute()

    @property
    def used_weight(self) -> int:
        """What all programs at this address have used in this minute, as far as the exchange told us; else 0."""
        return self._told if self._told_minute == self._minute() else 0

    def _wait_for_share(self, weight: int, now: float, kept: int) -> float:
        if now - self._window >= _WINDOW_SECONDS:
            self._window, self._used = now, 0
        return 0.0 if self._used + weight <= self._per_minute - kept else self._window + _WINDOW_SECONDS - now

    def _wait_for_others(self, weight: int, extra: int) -> float:
        if self._ceiling is None or self.used_weight + weight <= self._ceiling + extra:
            return 0.0
        return (_MINUTE_MS - self._clock.now_ms() % _MINUTE_MS) / 1000

    def _minute(self) -> int:
        return self._clock.now_ms() // _MINUTE_MS
