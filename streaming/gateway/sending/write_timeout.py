"""How long a full socket is waited for: as long as it takes something now and then."""

import asyncio
from collections.abc import Callable


class WriteTimeout:
    """From its making until `end`, calls `lose` once nothing was taken for `seconds`.

    `unwritten_bytes` tells how much is still to be taken; where it doesn't fall, nothing was.
    """

    __slots__ = ("_left", "_lose", "_seconds", "_timer", "_unwritten_bytes")

    def __init__(self, unwritten_bytes: Callable[[], int], seconds: float, lose: Callable[[], None]) -> None:
        self._unwritten_bytes = unwritten_bytes
        self._seconds = seconds
        self._lose = lose
        self._wait(unwritten_bytes())

    def end(self) -> None:
        """Wait no more; may be called twice."""
        self._timer.cancel()

    def _wait(self, left: int) -> None:
        self._left = left
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def _look(self) -> None:
        left = self._unwritten_bytes()
        if left < self._left:
            self._wait(left)
        else:
            self._lose()
