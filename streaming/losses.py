"""What the channel layer lost between a producer and this process: the numbers that are missing tell of it. Pure.

A layer that was restarted, or that cut this process off, forgets what was sent meanwhile, and tells nobody.
"""

from streaming.events import Candle, Envelope, Event, Resync


class Losses:
    """Watches the numbers on one topic. Producers of epoch 0 don't count."""

    def __init__(self) -> None:
        self._epoch = 0
        self._sequence = 0
        self._last: Event | None = None
        self._newest_time = 0

    def take(self, envelope: Envelope) -> Resync | None:
        """Note an event that came; return what is to be told of those that should have come before it."""
        if envelope.epoch == 0:
            return None
        told = None if self._last is None or not self._is_ahead(envelope) else self._told(envelope.event, self._last)
        self._epoch, self._sequence = envelope.epoch, envelope.sequence
        if not isinstance(envelope.event, Resync):
            self._last = envelope.event
        self._newest_time = max(self._newest_time, envelope.event.time)
        return told

    def _is_ahead(self, envelope: Envelope) -> bool:
        """Return whether numbers are missing; each epoch begins with 1."""
        before = self._sequence if envelope.epoch == self._epoch else 0
        return envelope.sequence > before + 1

    def _told(self, event: Event, last: Event) -> Resync:
        start = last.open_time if isinstance(last, Candle) and not last.is_final else last.time
        end = max(self._newest_time, event.time)
        return Resync(time=end, start=min(start, event.time), end=end, complete=_makes_up_for(event, last))


def _makes_up_for(event: Event, last: Event) -> bool:
    """Return whether nothing that counts can have been lost between `last` and `event`."""
    if isinstance(event, Candle) and isinstance(last, Candle):
        return event.open_time <= (last.close_time + 1 if last.is_final else last.open_time)
    return event.is_state
