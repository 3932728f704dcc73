"""What the channel layer lost between a producer and this process: the numbers that are missing tell of it. Pure.

A layer that was restarted, or that cut this process off, forgets what was sent meanwhile. Where the process knows that
it was cut off, what came last is sent again, so that the end of what was sent can't be missing unnoticed.
"""

from streaming.events import Candle, Envelope, Event, Resync, Trades

_CLOCK_DIFFERENCE_MS = 2000
"""An event that is older than a cut by more than this was sent before it: clocks of hosts may differ by less."""


class LossDetector:
    """Watches the numbers on one topic. Producers of epoch 0 don't count."""

    def __init__(self) -> None:
        self._epoch = 0
        self._sequence = 0
        self._newest: Event | None = None
        self._last: Event | None = None
        self._newest_time = 0
        self._cut_off_at: int | None = None

    def has_come(self, envelope: Envelope) -> bool:
        """Return whether an event that is sent again is no news here; then nothing is missing up to it.

        It came before, or, where nothing has been heard yet, it was sent before anybody here could miss it.
        A number may stand for two events: it is used again where the layer failed after it had passed the event on.
        """
        if not envelope.again or envelope.epoch == 0:
            return False
        if self._epoch == 0:
            return self._was_missed_by_nobody(envelope)
        if envelope.epoch != self._epoch or envelope.sequence > self._sequence:
            return False
        if envelope.sequence == self._sequence and envelope.event != self._newest:
            return False
        self._cut_off_at = None
        return True

    def cut_off(self, since: int) -> None:
        """Note that anything sent since (ms since the epoch) may be lost, until a number tells."""
        self._cut_off_at = since if self._cut_off_at is None else min(since, self._cut_off_at)

    def take(self, envelope: Envelope) -> Resync | None:
        """Note an event that came; return what is to be told of those that should have come before it."""
        if envelope.epoch == 0:
            return None
        told = self._told(envelope)
        self._epoch, self._sequence, self._newest = envelope.epoch, envelope.sequence, envelope.event
        self._cut_off_at = None
        if not isinstance(envelope.event, Resync):
            self._last = envelope.event
        self._newest_time = max(self._newest_time, envelope.event.time)
        return told

    def _was_missed_by_nobody(self, envelope: Envelope) -> bool:
        """Return whether the first that is heard of is no state, and was sent before the cut, or there was no cut.

        Numbers count from one that was sent before the cut: what follows it may have been lost.
        """
        if envelope.event.is_state:
            return False
        if self._cut_off_at is None:
            return True
        if not self._is_older_than_cut(envelope):
            return False
        self._epoch, self._sequence, self._newest = envelope.epoch, envelope.sequence, envelope.event
        return True

    def _told(self, envelope: Envelope) -> Resync | None:
        event = envelope.event
        if self._last is not None:
            return _between(self._last, event, self._newest_time) if self._is_ahead(envelope) else None
        is_first = envelope.begins or envelope.sequence == 1
        if self._cut_off_at is None or is_first or self._is_older_than_cut(envelope):
            return None
        if envelope.epoch == self._epoch and not self._is_ahead(envelope):
            return None
        start, end = self._cut_off_at, max(self._cut_off_at, event.time)
        return Resync(time=end, start=start, end=end, complete=event.is_state)

    def _is_older_than_cut(self, envelope: Envelope) -> bool:
        event = envelope.event
        if not envelope.again or self._cut_off_at is None or _is_told_late(event):
            return False
        return event.time < self._cut_off_at - _CLOCK_DIFFERENCE_MS

    def _is_ahead(self, envelope: Envelope) -> bool:
        """Return whether numbers are missing, or may be: each epoch begins with 1, and nobody knows where one ended."""
        if envelope.epoch == self._epoch:
            return envelope.sequence > self._sequence + 1
        return envelope.sequence > 1 or self._cut_off_at is not None


def _is_told_late(event: Event) -> bool:
    """Return whether an event's time says nothing of when it was sent."""
    return isinstance(event, Resync) or (isinstance(event, Trades | Candle) and event.repaired)


def _between(last: Event, event: Event, newest_time: int) -> Resync:
    start = last.open_time if isinstance(last, Candle) and not last.is_final else last.time
    end = max(newest_time, event.time)
    return Resync(time=end, start=min(start, event.time), end=end, complete=_makes_up_for(event, last))


def _makes_up_for(event: Event, last: Event) -> bool:
    """Return whether nothing that counts can have been lost between `last` and `event`."""
    if isinstance(event, Candle) and isinstance(last, Candle):
        return event.open_time <= (last.close_time + 1 if last.is_final else last.open_time)
    return event.is_state
