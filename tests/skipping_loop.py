"""An event loop in which waiting takes no time: where nothing else is to be done, its clock goes on to what is next."""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any


class _NeverWaiting(selectors.DefaultSelector):
    """Tells how long it was asked to wait, instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            self.skipped += timeout
        return super().select(0)


class SkippingLoop(asyncio.SelectorEventLoop):
    """For what waits for times alone: no socket, thread or process tells it anything while it skips.

    However long the machine takes for what is done, no time passes by it.
    """

    def __init__(self) -> None:
        self._waiting = _NeverWaiting()
        self._begun = time.monotonic()
        super().__init__(self._waiting)

    def time(self) -> float:
        """Return the loop's time: when it was made, and what was skipped."""
        return self._begun + self._waiting.skipped


def run_skipping(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run an asynchronous test in such a loop; for tests that aren't asynchronous themselves."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(test())


def skipping(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make an asynchronous test one that runs in such a loop."""

    def run() -> None:
        run_skipping(test)

    return run
