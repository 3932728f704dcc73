"""What the bridge measures of the exchange over the last minute: how late its messages are, and how many come. Pure."""

from collections import Counter, deque

from streaming.clock import Clock

_SLICE_SECONDS = 5.0
_SLICES = 12
_LONGEST_LAG = 60_000  # ms; more is one and the same


class _Slice:
    def __init__(self, began: float) -> None:
        self.began = began
        self.frames = 0
        self.lags: Counter[int] = Counter()


class FeedMetrics:
    """Counts frames and lags in slices of five seconds, and keeps those of a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._slices: deque[_Slice] = deque([_Slice(self._began)])
        self.lag_ms: int | None = None

    def frame(self, lag_ms: int | None) -> None:
        """Note a frame, and how late it was, where it says when it was sent."""
        current = self._current()
        current.frames += 1
        if lag_ms is not None:
            self.lag_ms = lag_ms
            current.lags[min(lag_ms, _LONGEST_LAG)] += 1

    def disconnected(self) -> None:
        """Forget the newest lag: it says nothing of the next connection."""
        self.lag_ms = None

    def lag_quantile(self, share: float) -> int | None:
        """Return the lag in ms that `share` (0 to 1) of the frames did not exceed; None without any."""
        self._current()
        lags: Counter[int] = Counter()
        for one in self._slices:
            lags.update(one.lags)
        rank, seen = share * lags.total(), 0
        for lag in sorted(lags):
            seen += lags[lag]
            if seen >= rank:
                return lag
        return None

    @property
    def frames_per_second(self) -> float:
        """How many frames came in a second, over the last minute."""
        self._current()
        seconds = self._clock.monotonic() - max(self._slices[0].began, self._began)
        return sum(one.frames for one in self._slices) / max(seconds, 1.0)

    def _current(self) -> _Slice:
        now = self._clock.monotonic()
        if now - self._slices[-1].began >= _SLICE_SECONDS:
            self._slices.append(_Slice(now))
        while now - self._slices[0].began > _SLICES * _SLICE_SECONDS:
            self._slices.popleft()
        return self._slices[-1]
