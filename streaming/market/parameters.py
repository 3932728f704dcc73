"""What market requests take, from REST's text and a command's JSON alike."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from streaming.commands.parameters import Parameters
from streaming.commands.values import OPTIONAL_TIME_AS_GIVEN
from streaming.events import Interval

MAXIMUM_SYMBOLS = 500
MAXIMUM_CANDLES = 1000
_Text = Annotated[str, msgspec.Meta(max_length=64)]
_Time = Annotated[int | None, OPTIONAL_TIME_AS_GIVEN]


class SymbolsQuery(Parameters, frozen=True, kw_only=True):
    """Which symbols to list: those that hold `query`."""

    query: _Text = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAXIMUM_SYMBOLS)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class HistoryQuery(Parameters, frozen=True, kw_only=True):
    """Which candles: times are ms since the epoch, or ISO 8601 with an offset."""

    # At most `limit` that open between `start` and `end`, both included. With a start they are the oldest from there,
    # without one the newest until `end` (None: now). A range that holds more than `limit` is no mistake: one pages
    # through it by the time of the last candle.

    symbol: _Text
    interval: Interval
    start: _Time = None
    end: _Time = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAXIMUM_CANDLES)] = 500

    def wrong_together(self) -> Mapping[str, str]:
        """Return that a range ends before it starts."""
        is_backwards = self.start is not None and self.end is not None and self.end < self.start
        return {"end": "end must not be before start"} if is_backwards else {}
