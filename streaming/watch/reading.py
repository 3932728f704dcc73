"""What the client hears, as far as it is printed: its library reads the frames, and leaves little to add. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tidewire_client.dialects import SPELLINGS, Dialect
from tidewire_client.reading.messages import Answer, Failure, Message, News, Other, Subscribed, Welcome

Frame = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Greeting(msgspec.Struct, frozen=True):
    """The first frame, with its time."""

    client_id: str
    authenticated: bool
    time: str


class Acknowledgement(msgspec.Struct, frozen=True):
    """Channels were `subscribed` or `unsubscribed`; of those `recovered` what was missed on them follows."""

    what: str
    channels: tuple[str, ...]
    recovered: frozenset[str] = frozenset()


Told = Message | Greeting | Acknowledgement


def read(frame: Frame, dialect: Dialect) -> Told:
    """Return what a frame says; the fields of market data are named as on `/ws`, whatever the dialect."""
    spelling = SPELLINGS[dialect]
    match message := spelling.read(frame):
        case Welcome(client_id, authenticated):
            return Greeting(client_id, authenticated, moment(frame.get("timestamp")))
        case News(_, kind, data):
            names = spelling.renames.get(kind, {})
            return msgspec.structs.replace(message, data={names.get(name, name): data[name] for name in data})
        case Answer() | Failure():  # of nobody's command: a watch gives none
            return Other(frame)
        case Subscribed(standing):
            recovered = frozenset(channel for channel, said in standing.items() if said.get("recovered") is True)
            return Acknowledgement("subscribed", tuple(standing), recovered)
        case Other():
            return _acknowledgement(frame) or message
    return message


def moment(time: Any) -> str:
    """Return a time as ISO 8601 in UTC: dialects write either that, or milliseconds since the epoch."""
    if not isinstance(time, int):
        return str(time)
    try:
        return f"{(_EPOCH + timedelta(milliseconds=time)).isoformat(timespec='milliseconds')[:23]}Z"
    except OverflowError:
        return str(time)


def _acknowledgement(frame: Frame) -> Acknowledgement | None:
    match frame:
        case {"type": "subscribed" | "unsubscribed" as what, "channel": str(channel)}:
            return Acknowledgement(what, (channel,))
        case {"type": "subscribed" | "unsubscribed" as what, "data": {"channels": list(channels)}}:
            return Acknowledgement(what, tuple(one for one in channels if isinstance(one, str)))
        case _:
            return None
