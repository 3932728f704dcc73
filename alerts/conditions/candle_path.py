"""A closed candle, taken apart into the states that it may have gone through. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from streaming.indicators.bar import Bar, OpenBar

_STEPS = 3


def states(bar: Bar) -> Iterator[tuple[int, Bar, bool]]:
    """Yield times in ms and what the candle may have been then: at its open, at both ends, and closed."""
    path = [bar.open, bar.low, bar.high] if bar.open - bar.low <= bar.high - bar.open else [bar.open, bar.high, bar.low]
    for step, price in enumerate(path):
        time = bar.open_time + step * (bar.close_time - bar.open_time) // _STEPS
        yield time, _open_bar(bar, path[: step + 1], price, Decimal(step)), False
    yield bar.close_time, bar, True


def _open_bar(bar: Bar, seen: list[Decimal], price: Decimal, step: Decimal) -> Bar:
    return OpenBar(
        open_time=bar.open_time,
        close_time=bar.close_time,
        open=bar.open,
        high=max(seen),
        low=min(seen),
        close=price,
        volume=bar.volume * step / _STEPS,
        quote_volume=bar.quote_volume * step / _STEPS,
        trades=int(bar.trades * step) // _STEPS,
    )
