"""The dialect of `/ws`: market data, login if one likes; times are ISO 8601."""

from tidewire_client.dialects.base import Dialect, Spelling, dotted_kind, refused, welcomed
from tidewire_client.reading.frames import Frame
from tidewire_client.reading.messages import Message, News, Other

_ACKNOWLEDGEMENTS = frozenset({"subscribed", "unsubscribed"})


class _Market(Spelling):
    dialect = Dialect.MARKET
    stamps = False

    def welcome(self, frame: Frame) -> Message:
        """Read `{"type":"connected","data":{"clientId","authenticated",…},…}`."""
        match frame:
            case {"data": dict(told)}:
                return welcomed(told, authenticated=told.get("authenticated") is True, frame=frame)
            case _:
                return Other(frame)

    def refusal(self, frame: Frame) -> Message:
        """Read `{"type":"error","channel"?,"data":{"message","code"},…}`."""
        told = frame.get("data")
        return refused(told if isinstance(told, dict) else {}, frame.get("channel"), frame)

    def news(self, frame: Frame) -> News | None:
        """Read `{"type":"price","channel","data",…}` and `{"type":"event","channel","event","data",…}`."""
        time = frame.get("timestamp", 0)
        match frame:
            case {"type": "event", "channel": str(channel), "event": str(event), "data": dict(data)}:
                return News(channel, dotted_kind(channel), data, event, time)
            case {"type": str(kind), "channel": str(channel), "data": dict(data)} if kind not in _ACKNOWLEDGEMENTS:
                return News(channel, kind, data, None, time)
            case _:
                return None


MARKET = _Market()
