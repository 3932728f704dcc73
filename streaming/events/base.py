"""What all events share: their times, their sources, and how they count."""

from enum import StrEnum


class Source(StrEnum):
    """Who made a market event."""

    BINANCE = "binance"
    SIMULATOR = "simulator"


class Side(StrEnum):
    """The side of a trade's taker."""

    BUY = "buy"
    SELL = "sell"


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
