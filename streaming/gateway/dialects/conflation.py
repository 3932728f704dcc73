"""Which frames a slow reader may be spared."""

from streaming.events import Candle, Event, Signal, Trades


def conflation_key(event: Event, channel: str) -> str | None:
    """Return what frames of one subscription share that replace each other, or None for what must not be dropped.

    Open candles replace each other only within one candle.
    """
    if isinstance(event, Trades | Signal):
        return None
    if isinstance(event, Candle):
        return None if event.is_final else f"{channel}:{event.open_time}"
    return channel
