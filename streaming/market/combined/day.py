"""What a symbol's 24 hours come to, of those that its sources tell. Pure."""

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from functools import reduce

import msgspec

from streaming.events import Ticker
from streaming.market.combined.weighted_median import weighted_median

_EXACT = Context(prec=200)
_TOLD = Context(prec=12)
_HUNDRED = Decimal(100)


class UsedTicker(msgspec.Struct, frozen=True):
    """A ticker of a source that was used, and what its quote asset is worth in US dollars."""

    ticker: Ticker
    rate: Decimal


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The rolling 24 hours of a price, in US dollars; `change_percent` in per cent, `volume` that of all sources."""

    bid: Decimal
    ask: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    change: Decimal
    change_percent: Decimal
    volume: Decimal


def day_of(price: Decimal, used: Sequence[UsedTicker]) -> Day | None:
    """Return the day of a price that these sources make, each value their median by volume; None where there are none.

    The price itself lies within it.
    """
    if not used:
        return None
    opened = _median(used, lambda ticker: ticker.open)
    change = _EXACT.subtract(price, opened)
    return Day(
        bid=min(price, _median(used, lambda ticker: ticker.bid)),
        ask=max(price, _median(used, lambda ticker: ticker.ask)),
        open=opened,
        high=max(price, _median(used, lambda ticker: ticker.high)),
        low=min(price, _median(used, lambda ticker: ticker.low)),
        change=change,
        change_percent=_percent(change, opened),
        volume=reduce(_EXACT.add, (max(Decimal(0), one.ticker.volume) for one in used)),
    )


def _median(used: Sequence[UsedTicker], value_of: Callable[[Ticker], Decimal]) -> Decimal:
    values = [(_EXACT.multiply(value_of(one.ticker), one.rate), one.ticker.volume) for one in used]
    return _TOLD.plus(weighted_median(values))


def _percent(change: Decimal, opened: Decimal) -> Decimal:
    return (change / opened * _HUNDRED).quantize(Decimal("0.001")) if opened else Decimal(0)
