"""Which frames a slow reader may be spared."""

from streaming.events import Candle, Event, NamedEvent


def conflation_key(event: Event, channel: str) -> str | None:
    """Return what frames of one connection share that replace each other, or None for what must not be dropped.

    `channel` is as the client spelled it; for a dotted name that may be a pattern, so the event's own channel counts.
    Open candles replace each other only within one candle.
    """
    if not event.is_state:
        return None
    if isinstance(event, Candle):
        return f"{channel}:{event.open_time}"
    return event.channel if isinstance(event, NamedEvent) else channel
