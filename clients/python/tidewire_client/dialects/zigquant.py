"""The dialect `zigquant-v2`: events and commands of the trading engine; times are ms since the epoch."""

from tidewire_client.dialects.base import Dialect, Spelling, dotted_kind, is_dotted, objects_in, refused
from tidewire_client.dialects.channel_kinds import CHANNEL_KINDS
from tidewire_client.reading.frames import Frame
from tidewire_client.reading.messages import Message, News, Other, Subscribed


class _Zigquant(Spelling):
    dialect = Dialect.ZIGQUANT
    subprotocol = Dialect.ZIGQUANT.value
    has_welcome = False
    maximum_attempts = 10

    def refusal(self, frame: Frame) -> Message:
        """Read `{"type":"error","data":{"code","message","channel"?},…}`."""
        told = frame.get("data")
        named = told if isinstance(told, dict) else {}
        return refused(named, named.get("channel"), frame)

    def subscribed(self, frame: Frame) -> Message:
        """Read `{"type":"subscribed","data":{"channels":[…],"resumed":{<channel>:{…}}}}`."""
        match frame:
            case {"data": {"channels": list(channels), **told}}:
                return Subscribed({**{str(channel): {} for channel in channels}, **objects_in(told.get("resumed"))})
            case _:
                return Other(frame)

    def news(self, frame: Frame) -> News | None:
        """Read `{"type":"event","channel","event","data",…}`."""
        match frame:
            case {"type": "event", "channel": str(channel), "event": str(event), "data": dict(data)}:
                return _news(channel, event, data, frame.get("timestamp", 0))
            case _:
                return None


def _news(channel: str, event: str, data: dict[str, object], time: str | int) -> News:
    if is_dotted(channel) and not _is_loss(event, data):
        return News(channel, dotted_kind(channel), data, event, time)
    return News(channel, _kind(channel, event), data, None, time)


def _kind(channel: str, event: str) -> str:
    """Return what the event is: all news of the market are called `update` here, whatever they tell."""
    return CHANNEL_KINDS.get(channel.partition(":")[0], event) if event == "update" else event


def _is_loss(event: str, data: dict[str, object]) -> bool:
    """Return whether a dotted channel tells what was lost on it; `system.exchange` so calls holes of the exchange's."""
    return event == "resync" and "exchange" not in data


ZIGQUANT = _Zigquant()
