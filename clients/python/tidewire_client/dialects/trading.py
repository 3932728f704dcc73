"""The dialect of `/ws/trading`: for charts, login in the handshake; times are ms since the epoch."""

from tidewire_client.dialects.base import Dialect, Spelling, dotted_kind, refused, welcomed
from tidewire_client.dialects.trading_names import TRADING_NAMES
from tidewire_client.reading.frames import Frame
from tidewire_client.reading.messages import Message, News


class _Trading(Spelling):
    dialect = Dialect.TRADING
    maximum_attempts = 5
    renames = TRADING_NAMES

    def welcome(self, frame: Frame) -> Message:
        """Read `{"type":"connected","clientId",…}`: nobody comes so far without a login."""
        return welcomed(frame, authenticated=True, frame=frame)

    def refusal(self, frame: Frame) -> Message:
        """Read `{"type":"error","channel"?,"message","code"?,…}`."""
        return refused(frame, frame.get("channel"), frame)

    def news(self, frame: Frame) -> News | None:
        """Read `{"type":"data","channel","data":{"type",…,"data"},…}`."""
        time = frame.get("timestamp", 0)
        match frame:
            case {
                "type": "data",
                "channel": str(channel),
                "data": {"type": "event", "event": str(event), "data": data},
            }:
                return News(channel, dotted_kind(channel), data, event, time) if isinstance(data, dict) else None
            case {"type": "data", "channel": str(channel), "data": {"type": str(kind), "data": dict(data)}}:
                return News(channel, kind, data, None, time)
            case _:
                return None


TRADING = _Trading()
