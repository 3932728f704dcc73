"""A history of this process that goes away when it is told to, as Redis does."""

from collections.abc import Collection, Sequence

from streaming.event_history.history import Append, HistoryUnavailableError, Kept, Position
from streaming.event_history.memory_history import MemoryEventHistory


class FailingHistory(MemoryEventHistory):
    """While `is_away` every question to it fails; `asked` counts the additions that it was asked for."""

    is_away = False
    asked = 0

    async def append(self, appends: Sequence[Append]) -> tuple[Position | None, ...]:
        """Fail, or add."""
        self.asked += 1
        self._refuse_while_away()
        return await super().append(appends)

    async def end_epochs(self, keys: Collection[str], fencing_number: int) -> None:
        """Fail, or end epochs."""
        self._refuse_while_away()
        await super().end_epochs(keys, fencing_number)

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Fail, or read."""
        self._refuse_while_away()
        return await super().read(key, since)

    def _refuse_while_away(self) -> None:
        if self.is_away:
            raise HistoryUnavailableError("the history is away")
