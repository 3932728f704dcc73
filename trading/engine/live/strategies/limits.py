"""How much a strategy that runs live may do: what takes more is stopped, and harms no other one.

Orders beyond a bound are refused first, and who goes on with them is stopped.
A call that never returns can't be ended from here: a `CallGuard`, which whoever drives strategies gives, ends it.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

import msgspec

from trading.engine.risk.gate import RiskCode, RiskRefusal

_MINUTE_MS = 60_000
_MIB = 2**20
_MOST_FLOODS = 3
"""In so many calls one after the other orders may be refused by a bound of these."""

CpuClock = Callable[[], float]
"""Returns how much time of the processor was used so far, in ms."""


class StrategyLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a strategy may do in one call, and within a minute of the market's time, and have at a time.

    Orders beyond `orders_per_call` and `open_orders` are refused; those beyond `orders_per_minute`, cancellations among
    them, end the strategy. `memory_mib` is what it may pile up over all of its calls.
    """

    orders_per_call: int = 500
    orders_per_minute: int = 1_000
    open_orders: int = 500
    signals_per_call: int = 20
    cpu_ms_per_call: float = 250
    cpu_ms_per_minute: float = 2_000
    memory_mib: int = 512


class CallEndedError(BaseException):
    """Ends a call of a strategy, for a `reason` in words.

    Not an `Exception`: what a strategy catches of its own faults must not let it go on.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CallGuard(Protocol):
    """Ends a call that doesn't come back, by raising `CallEndedError` within it; never between `hold` and `release`.

    A call that takes too much memory gets a `MemoryError`, and `out_of_memory` is why it is ended then. `size` is how
    many bytes the process held when the last call ended, `growth` how many more than when that began; 0 where nobody
    knows.
    """

    out_of_memory: str
    size: int
    growth: int

    def begin(self) -> None:
        """Begin a call."""

    def end(self) -> None:
        """End it; nothing is raised any more. Calling it twice is harmless."""

    def hold(self) -> None:
        """Raise nothing for a while: what is done now must be done whole."""

    def release(self) -> None:
        """Raise again, and what was held back."""


class NoGuard:
    """Ends no call."""

    out_of_memory = "it could get no more memory"
    size = growth = 0

    def begin(self) -> None:
        """Do nothing."""

    end = hold = release = begin


class CallBudget:
    """Counts what one strategy does. All of its calls are within `begin` and `end`.

    The processor's time counts while `is_measured`: told again of hours at once, a strategy may take its time.
    """

    def __init__(self, limits: StrategyLimits, cpu_ms: CpuClock, guard: CallGuard) -> None:
        self.guard = guard
        self.is_measured = True
        self._limits = limits
        self._cpu_ms = cpu_ms
        self._began = 0.0
        self._orders = self._signals = self._answers = 0
        self._ended = ""
        self._ordered_at: deque[int] = deque()
        self._refused_by: set[RiskCode] = set()
        self._floods = 0
        self._used: deque[tuple[int, float]] = deque()
        self._used_sum = 0.0
        self._size_at_first: int | None = None
        self._piled_up = 0

    def begin(self) -> None:
        """Begin a call."""
        self._began = self._cpu_ms() if self.is_measured else 0.0
        self._orders = self._signals = self._answers = 0
        self._ended = ""
        self._refused_by.clear()

    def count_order(self, time: int) -> None:
        """Count an order, or a cancellation, at `time` (ms); raise `CallEndedError` for one too many."""
        self._orders += 1
        while self._ordered_at and self._ordered_at[0] <= time - _MINUTE_MS:
            self._ordered_at.popleft()
        self._ordered_at.append(time)
        if len(self._ordered_at) > self._limits.orders_per_minute:
            self._end_call(f"it ordered more than {self._limits.orders_per_minute} times within a minute")

    def takes_answer(self) -> bool:
        """Count an answer that is to be kept; return whether it isn't one too many in this call."""
        self._answers += 1
        return self._answers <= self._limits.orders_per_call

    def refusal(self, open_orders: int) -> RiskRefusal | None:
        """Return why the order that was counted last is refused, so many being open."""
        return self._refusal(self._orders, open_orders)

    def next_refusal(self, open_orders: int) -> RiskRefusal | None:
        """Return why an order would be refused that is counted next."""
        return self._refusal(self._orders + 1, open_orders)

    def _refusal(self, orders: int, open_orders: int) -> RiskRefusal | None:
        limits = self._limits
        if orders > limits.orders_per_call:
            message = f"{limits.orders_per_call} orders were sent in one call, which is the most"
            return RiskRefusal(RiskCode.ORDER_RATE, message)
        if open_orders >= limits.open_orders:
            message = f"{open_orders} orders of the strategy are open; the most is {limits.open_orders}"
            return RiskRefusal(RiskCode.OPEN_ORDERS, message)
        return None

    def note_refused(self, code: RiskCode) -> bool:
        """Note that an order was refused by `refusal`; return whether it is the first one by that code in this call."""
        is_first = code not in self._refused_by
        self._refused_by.add(code)
        return is_first

    def count_signal(self) -> None:
        """Count a signal; raise `CallEndedError` for one too many."""
        self._signals += 1
        if self._signals > self._limits.signals_per_call:
            self._end_call(f"it gave more than {self._limits.signals_per_call} signals in one call")

    def end(self, time: int) -> str:
        """End a call at the market's `time` (ms); return why the strategy is to be stopped, empty where it isn't."""
        return self._ended or self._flooded() or self._grown() or self._worked(time)

    def _flooded(self) -> str:
        if self._refused_by:
            self._floods += 1
        elif self._orders:
            self._floods = 0
        return f"it ordered more than it may in {_MOST_FLOODS} calls in a row" if self._floods >= _MOST_FLOODS else ""

    def _grown(self) -> str:
        """Add what the process has grown by in the call; never more than it has grown by since the first one.

        So what is freed between calls isn't counted again and again.
        """
        guard, most = self.guard, self._limits.memory_mib
        if self._size_at_first is None:
            self._size_at_first = guard.size - guard.growth
        self._piled_up = max(0, min(self._piled_up + guard.growth, guard.size - self._size_at_first))
        return f"it has piled up more than {most} MiB of memory" if self._piled_up > most * _MIB else ""

    def _worked(self, time: int) -> str:
        if not self.is_measured:
            return ""
        used, limits = self._cpu_ms() - self._began, self._limits
        while self._used and self._used[0][0] <= time - _MINUTE_MS:
            self._used_sum -= self._used.popleft()[1]
        self._used.append((time, used))
        self._used_sum += used
        if used > limits.cpu_ms_per_call:
            return f"it took {used:.0f} ms of the processor for one call; the most is {limits.cpu_ms_per_call:.0f} ms"
        if self._used_sum > limits.cpu_ms_per_minute:
            most = f"the most is {limits.cpu_ms_per_minute:.0f} ms"
            return f"it took {self._used_sum:.0f} ms of the processor within a minute; {most}"
        return ""

    def _end_call(self, reason: str) -> None:
        self._ended = reason
        raise CallEndedError(reason)
