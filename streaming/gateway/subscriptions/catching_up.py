"""Catching up with one channel: what the client missed, from the history, joined with what comes live meanwhile.

Whoever uses it hears the channel before the history is read, and has what comes held here until the client is told.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from streaming.event_history.history import Entry, Place, Position
from streaming.event_history.joining import HeldEvents
from streaming.event_history.recovery import NotRecovered, Recovery
from streaming.events import Event
from streaming.fan_out.frames import Frame
from streaming.fan_out.hub import Hub
from streaming.gateway.dialects.base import Dialect

Since = Mapping[str, Position] | None
"""Where a client stands, by channel; None where it wants no numbers."""

_READINGS = 3
"""So often the history is read, where what is read and what comes live don't meet."""

MOST_HELD = 10_000
"""More isn't kept of what comes before the client is told: it is told then that not all that it missed is there."""

logger = structlog.get_logger(__name__)


class CatchingUp:
    """One client's way to where a channel is now; `key` names the history, `since` is None where the client is new."""

    def __init__(self, hub: Hub, key: str, channel: str, *, dialect: Dialect, since: Position | None) -> None:
        self.key = key
        self.missed: list[Frame] = []
        """What the client missed; empty before `read`."""
        self._hub = hub
        self._channel = channel
        self._dialect = dialect
        self._since = since
        self._held = HeldEvents()
        self._held_events: dict[tuple[str, int], tuple[Event, Place]] = {}
        self._held_unnumbered: list[Event] = []
        self._has_dropped = False
        self._recovery = Recovery(None)

    @property
    def end(self) -> Position | None:
        """Where the channel stands behind what was missed, when that is known."""
        return self._recovery.end

    @property
    def is_recovered(self) -> bool:
        """True where the client resumes, and all that it missed is there."""
        return self._since is not None and self._recovery.is_recovered and not self._has_dropped

    async def read(self) -> None:
        """Read what was missed; safe to cancel."""
        for _ in range(_READINGS):
            self._held.begin_reading()
            self._recovery = await self._read()
            if self._held.behind(self._recovery) is not None:
                break
        self._take_missed()

    def hold(self, event: Event, place: Place | None) -> None:
        """Keep what comes live; a state need not be, as the newest is told."""
        if len(self._held_events) + len(self._held_unnumbered) >= MOST_HELD:
            self._drop()
        if place is not None:
            self._held.hold(place.epoch, Entry(place.seq, place.count, b""))
            self._held_events[place.epoch, place.seq] = event, place
        elif not event.is_state:
            self._held_unnumbered.append(event)

    def answer(self) -> dict[str, Any]:
        """Return what the client is told of the history; to be asked just before it is told the rest."""
        # The epoch changed, or events were lost, a moment ago; or there were too many.
        if self._has_dropped or self._held.behind(self._recovery) is None:
            self._recovery, self.missed = Recovery(None, reason=NotRecovered.UNAVAILABLE), []
        if self._since is None:
            return _standing(self._recovery.end)
        if self._recovery.reason is not None:
            return _not_recovered(self._recovery.reason, self._recovery.end)
        return {"recovered": True, **_standing(self._recovery.end)}

    def held(self) -> list[tuple[Event, Place | None]]:
        """Return what came live behind what was missed, in its order; then what came without a number."""
        end = self._recovery.end
        told: list[tuple[Event, Place | None]] = []
        for entry in self._held.behind(self._recovery) or ():
            epoch = self._epoch_of(entry) if end is None else end.epoch
            told.append(self._held_events[epoch, entry.seq])
        return [*told, *((event, None) for event in self._held_unnumbered)]

    def _drop(self) -> None:
        self._has_dropped = True
        self._held.begin_reading()
        self._held_events.clear()
        self._held_unnumbered.clear()

    async def _read(self) -> Recovery:
        if self._since is None:
            return Recovery(await self._hub.missed_events.end(self.key))
        return await self._hub.missed_events.recover(self.key, self._since)

    def _take_missed(self) -> None:
        end = self._recovery.end
        if end is None:
            return
        frames_of = self._hub.missed_frames.frames_of
        try:
            frames = [
                frame
                for entry in self._recovery.missed
                for frame in frames_of(self._dialect, self._channel, end.epoch, entry)
            ]
        except msgspec.DecodeError as error:
            logger.warning("an event of the history could not be decoded", topic=self.key, reason=str(error))
            self._recovery = Recovery(end, reason=NotRecovered.UNAVAILABLE)
        else:
            self.missed = frames[self._recovery.skipped :]

    def _epoch_of(self, entry: Entry) -> str:
        return next(epoch for epoch, seq in reversed(self._held_events) if seq == entry.seq)


UNAVAILABLE = {"recovered": False, "reason": NotRecovered.UNAVAILABLE.value}
"""What is told of a channel of which no history is kept."""


def _standing(end: Position | None) -> dict[str, Any]:
    return {} if end is None else {"epoch": end.epoch, "seq": end.seq}


def _not_recovered(reason: NotRecovered, end: Position | None = None) -> dict[str, Any]:
    return {"recovered": False, "reason": reason.value, **_standing(end)}
