"""What a stream is: it looks at every step of the market and returns the events that it sends for it.

An event is a function of the scale of times (1 or 1000), so that connections in milliseconds and in microseconds share
the rest.
"""

from collections.abc import Callable
from typing import Protocol

from streaming.simulator.market.market import Step

Event = Callable[[int], object]


class Stream(Protocol):
    """One stream, from its first subscriber on."""

    def events(self, step: Step) -> list[Event]:
        """Return what is sent for a step; called for each step, in order."""
        ...
