"""Events of every kind, each with what topics.md and market-protocol.md say of its data, and every refusal."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from streaming.events import Event

NOW = 1_733_486_400_000
NOW_ISO = "2024-12-06T12:00:00.000Z"
TIME = 1_733_486_399_123
OPENED = 1_733_486_100_000
CLOSED = 1_733_486_399_999
D = Decimal


class Written(NamedTuple):
    """The times of the samples, as a dialect writes them."""

    now: str | int
    time: str | int
    opened: str | int
    closed: str | int


ISO = Written(NOW_ISO, "2024-12-06T11:59:59.123Z", "2024-12-06T11:55:00.000Z", "2024-12-06T11:59:59.999Z")
MS = Written(NOW, TIME, OPENED, CLOSED)

Data = dict[str, Any]


class Sample(NamedTuple):
    """An event, the channel that a client subscribed, the type that topics.md gives it, and its data.

    `top` is what stands beside the data on `/ws` too.
    """

    event: Event
    channel: str
    type: str
    data: Callable[[Written], Data]
    top: Data = {}


class NamedSample(NamedTuple):
    """An event of a dotted channel: the pattern that a client subscribed, the event's own channel, and its name."""

    event: Event
    pattern: str
    channel: str
    name: str
    data: Callable[[Written], Data]
