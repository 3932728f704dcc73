"""Which frames a slow reader may be spared."""

from streaming.events import Candle, Event, NamedEvent


def conflation_key(event: Event, channel: str) -> str | None:
    """Return what frames of one connection share that replace each other, or None for what must not be dropped.

    `channel` is as the client spelled it; for a dotted name that may be a pattern, so the event's own channel counts.
    Open candles replace each other only within one candle, accounts' states only those of the same account.
    """
    if not event.is_state:
        return None
    if isinstance(event, Candle):
        return _key_of_candle(event, channel)
    if isinstance(event, NamedEvent):
        return event.channel
    return f"{channel}:{event.state_of}" if event.state_of else channel


def ended_key(event: Event, channel: str) -> str | None:
    """Return the conflation key that has no newer frame once `event` was told: that of a final candle's open states."""
    return _key_of_candle(event, channel) if isinstance(event, Candle) and event.is_final else None


def _key_of_candle(candle: Candle, channel: str) -> str:
    return f"{channel}:{candle.open_time}"
