"""The lowest or highest value that held within the last seconds, without looking at all of them again. Pure."""

from collections import deque
from decimal import Decimal


class MovingWindow:
    """The extreme of a value over a window of time that ends now.

    A value holds until it is replaced, so the one that held when the window began counts, too. Only those past values
    are kept that can still become the extreme: each is higher (for the lowest) than the one before it.
    """

    def __init__(self, seconds: int, *, of_lowest: bool) -> None:
        self._length = 1000 * seconds
        self._of_lowest = of_lowest
        self._past: deque[tuple[int, Decimal]] = deque()

    def clear(self) -> None:
        """Forget all past values."""
        self._past.clear()

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
