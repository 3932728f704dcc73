"""Reads of a history that many share: after a gateway's restart all its clients ask for the same channels at once.

Of a channel one read is under way at a time. Who asks meanwhile waits for the next, which begins a moment after the one
before it, once they have all asked: so each is answered by what was read after its question, as `joining` needs it.
"""

import asyncio

from streaming.event_history.history import EventHistory, HistoryUnavailableError, Kept, Position
from streaming.layer.stall_tolerant_timeout import stall_tolerant_timeout

GATHER_SECONDS = 0.02
"""From one read of a channel to the next: in a crowd, each would be for the few who asked in one turn of the loop."""

_Channel = tuple[str, str]
"""Its key, and the epoch that is asked of; empty where only the end of its history is."""


class _Round:
    """One read of a channel for all who ask before it begins: from the lowest of their numbers on."""

    def __init__(self) -> None:
        self.lowest: Position | None = None
        self.answer: asyncio.Future[Kept | None] = asyncio.get_running_loop().create_future()

    def join(self, since: Position | None) -> None:
        """Let it begin no higher than `since`."""
        if self.lowest is None or (since is not None and since.seq < self.lowest.seq):
            self.lowest = since


class SharedReads:
    """Reads channels' histories for one process, on one event loop; one that takes over `seconds` has failed."""

    def __init__(self, history: EventHistory, *, seconds: float) -> None:
        self._history = history
        self._seconds = seconds
        self._next: dict[_Channel, _Round] = {}
        self._reading: dict[_Channel, asyncio.Task[None]] = {}

    async def read(self, key: str, since: Position | None = None) -> Kept | None:
        """Return what `EventHistory.read` does, and entries of before `since` where somebody else asked for them.

        Raise `HistoryUnavailableError`. Safe to cancel.
        """
        channel = (key, "" if since is None else since.epoch)
        waiting = self._next.get(channel)
        if waiting is None:
            waiting = self._next[channel] = _Round()
        waiting.join(since)
        if channel not in self._reading:
            self._reading[channel] = asyncio.get_running_loop().create_task(self._read_in_rounds(channel))
        return await asyncio.shield(waiting.answer)

    async def stop(self) -> None:
        """Read nothing more; whoever waits is told that the history is unavailable."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_in_rounds(self, channel: _Channel) -> None:
        try:
            while (waiting := self._next.pop(channel, None)) is not None:
                await self._answer(channel[0], waiting)
                if channel in self._next:
                    await asyncio.sleep(GATHER_SECONDS)
        finally:
            del self._reading[channel]
            if (left := self._next.pop(channel, None)) is not None:
                _fail(left, HistoryUnavailableError("this process ends"))

    async def _answer(self, key: str, waiting: _Round) -> None:
        try:
            async with stall_tolerant_timeout(self._seconds):
                kept = await self._history.read(key, waiting.lowest)
        except TimeoutError:
            _fail(waiting, HistoryUnavailableError("the history takes too long"))
        except BaseException as error:
            _fail(waiting, HistoryUnavailableError(repr(error)))
            if not isinstance(error, HistoryUnavailableError):
                raise
        else:
            waiting.answer.set_result(kept)


def _fail(waiting: _Round, error: HistoryUnavailableError) -> None:
    waiting.answer.set_exception(error)
    waiting.answer.exception()  # those who asked may all have gone
