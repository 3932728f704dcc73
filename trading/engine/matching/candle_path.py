"""In which order a price went through the four prices of a candle, where nothing finer is known."""

import msgspec


class PriceBar(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A candle as orders are matched against it: prices in ticks, `volume` in steps, `time` its open time in ms."""

    open: int
    high: int
    low: int
    close: int
    volume: int
    time: int


def price_path(bar: PriceBar) -> tuple[int, int, int]:
    """Return where the price went from the open: to the nearer extreme first, then the farther one, then the close.

    At equal distances the low comes first.
    """
    if bar.high - bar.open < bar.open - bar.low:
        return bar.high, bar.low, bar.close
    return bar.low, bar.high, bar.close
