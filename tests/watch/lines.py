"""The lines that the terminal client prints of frames, for tests."""

from rich.text import Text

from streaming.watch.formatting import line_of
from streaming.watch.groups import GroupWriters
from streaming.watch.market_groups import Direction
from streaming.watch.reading import read
from tidewire_client import Dialect
from tidewire_client.reading.frames import frames_in

START = "    1.500 s  "
"""What each line begins with."""


def line_of_frame(frame: str, direction: Direction = Direction.FIRST, *, writers: GroupWriters | None = None) -> Text:
    """Return the line of a frame that is heard after 1.5 s; `writers` are those of an app."""
    [decoded] = frames_in(frame)
    return line_of(read(decoded, _dialect_of(frame)), writers or {}, seconds=1.5, width=13, direction=direction)


def _dialect_of(frame: str) -> Dialect:
    """Return the dialect in which a frame of these tests is written: they differ enough."""
    if '"type":"data"' in frame or '"type":"connected","clientId"' in frame or '"error","message"' in frame:
        return Dialect.TRADING
    return Dialect.ZIGQUANT if '"type":"event"' in frame else Dialect.MARKET
