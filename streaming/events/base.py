"""What all events share: their times, their sources, and how they count."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

Milliseconds = Annotated[int, msgspec.Meta(extra={"time": True})]
"""A time in ms since the epoch (UTC), which a dialect may write otherwise."""

EpochMilliseconds = Annotated[int, msgspec.Meta(extra={"epoch": True})]
"""A time in ms since the epoch (UTC), which every dialect writes so."""

JsonText = Annotated[str, msgspec.Meta(extra={"json": True})]
"""An object of no fixed shape, as JSON: so its numbers stay exact. Times in it are in ms, in every dialect."""


class Source(StrEnum):
    """Who made a market event: an exchange, the simulator, or we ourselves, of several exchanges' prices."""

    BINANCE = "binance"
    COMBINED = "combined"
    COINBASE = "coinbase"
    KRAKEN = "kraken"
    SIMULATOR = "simulator"


class Side(StrEnum):
    """The side of a trade's taker."""

    BUY = "buy"
    SELL = "sell"


class SignalAction(StrEnum):
    """What a signal advises."""

    BUY = "buy"
    SELL = "sell"
    HOLD = "hold"


class Interval(StrEnum):
    """The length of a candle, in the exchange's spelling: `1M` is a month and `1m` a minute."""

    SECOND_1 = "1s"
    MINUTE_1 = "1m"
    MINUTE_3 = "3m"
    MINUTE_5 = "5m"
    MINUTE_15 = "15m"
    MINUTE_30 = "30m"
    HOUR_1 = "1h"
    HOUR_2 = "2h"
    HOUR_4 = "4h"
    HOUR_6 = "6h"
    HOUR_8 = "8h"
    HOUR_12 = "12h"
    DAY_1 = "1d"
    DAY_3 = "3d"
    WEEK_1 = "1w"
    MONTH_1 = "1M"


class BaseEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="@type", omit_defaults=True):
    """What every event is: a moment in time, and how it counts.

    `frame_type` is the `type` of its frames; `header` names the fields that are no part of its data; `is_held` is true
    where the newest event of a topic is kept, and told to those who subscribe later.
    """

    frame_type: ClassVar[str]
    header: ClassVar[frozenset[str]] = frozenset()
    is_held: ClassVar[bool] = False

    time: Milliseconds

    @property
    def is_state(self) -> bool:
        """True where a newer event makes this one worthless; else every one counts."""
        return type(self).is_held

    @property
    def frame_count(self) -> int:
        """How many frames tell it."""
        return 1

    @property
    def state_of(self) -> str:
        """What it is the state of, where one topic tells the states of several: an account's id; else empty."""
        return ""


class PublicEvent(BaseEvent, frozen=True, kw_only=True):
    """What the events share that anyone may read."""


class UserEvent(BaseEvent, frozen=True, kw_only=True, rename="camel"):
    """What the events of one user share, which only the user and staff may read: all of their fields are data."""

    time: Milliseconds = msgspec.field(name="timestamp")


Event = BaseEvent
"""An event of any app."""
