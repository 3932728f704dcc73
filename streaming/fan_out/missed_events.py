"""What the history has of events that a process, or one of its clients, has missed."""

import msgspec

from streaming.event_history.history import EventHistory, HistoryUnavailableError, Kept, Place, Position
from streaming.event_history.recovery import NotRecovered, Recovery, recover
from streaming.event_history.shared_reads import SharedReads
from streaming.events import Envelope
from streaming.topics.registry import TopicRegistry

_HISTORY_SECONDS = 2.0
"""A history that takes longer hangs: what is new doesn't wait for it."""


class MissedEvents:
    """Reads the history; without one everything is unavailable."""

    def __init__(self, history: EventHistory | None, registry: TopicRegistry) -> None:
        self._history = None if history is None else SharedReads(history, seconds=_HISTORY_SECONDS)
        self._registry = registry

    async def stop(self) -> None:
        """Read nothing more."""
        if self._history is not None:
            await self._history.stop()

    async def lost(self, key: str, since: Position) -> list[tuple[Envelope, Place]] | None:
        """Return what a channel's history has behind a position; None where it hasn't all, or can't be asked."""
        recovery = await self.recover(key, since)
        if recovery.end is None or not recovery.is_recovered:
            return None
        epoch = recovery.end.epoch
        try:
            return [
                (self._registry.decoder.decode(entry.body), Place(epoch, entry.seq, entry.count))
                for entry in recovery.missed
            ]
        except msgspec.DecodeError:  # of another release
            return None

    async def recover(self, key: str, since: Position) -> Recovery:
        """Return what of a channel's history stands behind a position, or why that is unknown."""
        try:
            return recover(since, await self._kept(key, since))
        except HistoryUnavailableError:
            return Recovery(None, reason=NotRecovered.UNAVAILABLE)

    async def end(self, key: str) -> Position | None:
        """Return where a channel's history stands; None where there is none, or it can't be asked."""
        try:
            kept = await self._kept(key)
        except HistoryUnavailableError:
            return None
        return None if kept is None else kept.end

    async def _kept(self, key: str, since: Position | None = None) -> Kept | None:
        if self._history is None:
            raise HistoryUnavailableError("no history is kept")
        return await self._history.read(key, since)
