"""A history of this process that goes away when it is told to, as Redis does."""

import asyncio
from collections.abc import Collection, Sequence

from streaming.clock import Clock
from streaming.event_history.history import Append, HistoryLimits, HistoryUnavailableError, Kept, Position
from streaming.event_history.memory_history import MemoryEventHistory


class FailingHistory(MemoryEventHistory):
    """While `is_away` every question to it fails; `asked` counts the additions that it was asked for.

    While it `hangs`, an end of epochs waits for `go_on`.
    """

    is_away = False
    hangs = False
    is_waited_for = False
    asked = 0
    ends_refused = 0

    def __init__(self, limits: HistoryLimits, clock: Clock) -> None:
        super().__init__(limits, clock)
        self.go_on = asyncio.Event()

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Fail, or add."""
        self.asked += 1
        self._refuse_while_away()
        return await super().append(appends)

    async def end_epochs(self, keys: Collection[str], fencing_number: int) -> None:
        """Fail, or end epochs."""
        self.ends_refused += self.is_away
        self._refuse_while_away()
        if self.hangs:
            self.is_waited_for = True
            await self.go_on.wait()
        await super().end_epochs(keys, fencing_number)

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Fail, or read."""
        self._refuse_while_away()
        return await super().read(key, since)

    def _refuse_while_away(self) -> None:
        if self.is_away:
            raise HistoryUnavailableError("the history is away")
