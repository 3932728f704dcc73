"""The lowest or highest value that held within the last seconds, without looking at all of them again. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping
from decimal import Decimal

from alerts.conditions.rule import WindowsMemory
from alerts.events import AlertOperator

WindowKey = tuple[AlertOperator, int]
"""Which way the value moves, and within how many seconds."""
Past = tuple[tuple[int, Decimal], ...]
"""Past values, each with the time in ms until which it held, oldest first."""

MOST_REMEMBERED = 500
"""How many past values, upwards and downwards each, are remembered exactly; of more, the older ones are thinned out."""


class MovingWindow:
    """The extreme of a value over a window of time that ends now.

    A value holds until it is replaced, so the one that held when the window began counts, too. Only those past values
    are kept that can still become the extreme: each is higher (for the lowest) than the one before it.
    """

    def __init__(self, seconds: int, *, of_lowest: bool) -> None:
        self._length = 1000 * seconds
        self._of_lowest = of_lowest
        self._past: deque[tuple[int, Decimal]] = deque()

    @property
    def past(self) -> Past:
        """The past values that are kept."""
        return tuple(self._past)

    def begin_with(self, past: Iterable[tuple[int, Decimal]]) -> None:
        """Forget all past values, and keep these, which another window of this kind kept."""
        self._past = deque(past)

    def add(self, value: Decimal, until: int) -> None:
        """Take a value that held until the time `until`, in ms; times must not decrease."""
        past = self._past
        if self._of_lowest:
            while past and past[-1][1] >= value:
                past.pop()
        else:
            while past and past[-1][1] <= value:
                past.pop()
        past.append((until, value))

    def extreme(self, value: Decimal, time: int) -> Decimal:
        """Return the extreme of the window that ends at `time` with `value`."""
        start, past = time - self._length, self._past
        while past and past[0][0] <= start:
            past.popleft()
        if not past:
            return value
        return min(value, past[0][1]) if self._of_lowest else max(value, past[0][1])


def remembered(windows: Mapping[WindowKey, MovingWindow], *, most: int = MOST_REMEMBERED) -> WindowsMemory:
    """Return what the windows of one series must remember.

    Whether a past value can still become an extreme doesn't depend on the window, so that what one keeps are the newest
    of those that the one which reaches back furthest keeps.
    """
    lowest, kept_upwards = _shared(windows, AlertOperator.MOVING_UP, most)
    highest, kept_downwards = _shared(windows, AlertOperator.MOVING_DOWN, most)
    return WindowsMemory(lowest=lowest, highest=highest, kept=kept_upwards + kept_downwards)


def past_of(memory: WindowsMemory, key: WindowKey) -> Past:
    """Return the past values of one window; none where it isn't remembered."""
    past = memory.lowest if key[0] is AlertOperator.MOVING_UP else memory.highest
    lengths = {(operator, seconds): length for operator, seconds, length in memory.kept}
    length = lengths.get(key, 0)
    return past[len(past) - length :]


def _shared(
    windows: Mapping[WindowKey, MovingWindow], operator: AlertOperator, most: int
) -> tuple[Past, tuple[tuple[AlertOperator, int, int], ...]]:
    pasts = {seconds: window.past for (way, seconds), window in windows.items() if way is operator}
    longest = max(pasts.values(), key=len, default=())
    starts = {seconds: len(longest) - len(past) for seconds, past in pasts.items() if past}
    while len(longest) > most:
        pairs = min(len(longest) - most, len(longest) // 2)
        starts = {seconds: max(start // 2, start - pairs) for seconds, start in starts.items()}
        longest = _thinned(longest, pairs)
    return longest, tuple((operator, seconds, len(longest) - start) for seconds, start in sorted(starts.items()))


def _thinned(past: Past, pairs: int) -> Past:
    """Let of the oldest pairs the first hold in place of the second, too, so that no move looks smaller than it was."""
    older, newer = past[: 2 * pairs], past[2 * pairs :]
    merged = tuple((until, value) for (_, value), (until, _) in zip(older[::2], older[1::2], strict=True))
    return merged + newer
