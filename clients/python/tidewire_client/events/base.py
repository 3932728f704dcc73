"""What all events share: where and when they happened. What each tells is made from the server's declarations."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

Milliseconds = int
"""A time in ms since the epoch (UTC)."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened on `channel` (as it was subscribed; a dotted event names its own) at `time`.

    `kind` is what it is, the same in all dialects. `own_time` is the field of its data, as frames name it, that gives
    `time`; where there is none, the frame does. `other_times` are further times in its data.
    """

    kind: ClassVar[str]
    own_time: ClassVar[str] = "timestamp"
    other_times: ClassVar[tuple[str, ...]] = ()

    channel: str = msgspec.field(name="@channel")
    time: Milliseconds = msgspec.field(name="@time")


class DottedEvent(Event, frozen=True, kw_only=True):
    """What happened to an instance of the engine, or to the deployment: `event` names it, such as `filled`."""

    event: str = msgspec.field(name="@event")


class Unknown(Event, frozen=True, kw_only=True):
    """An event that this client doesn't know, or whose data are not what they should be; `name` is its type."""

    kind: ClassVar[str] = "unknown"

    name: str
    event: str | None = None
    data: Mapping[str, Any]


__all__ = ["DottedEvent", "Event", "Unknown"]
