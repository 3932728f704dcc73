"""What a simulated market of a symbol begins with: its last real price, and the steps of its prices and quantities."""

from collections.abc import Collection, Mapping
from decimal import Decimal

import msgspec

from streaming.events import Interval, Source
from streaming.market.models import Candle, Symbol

_SEARCHED = (Interval.SECOND_1, Interval.MINUTE_1, Interval.MINUTE_5, Interval.HOUR_1, Interval.DAY_1)
_FINEST = Decimal("0.00000001")
_DIGITS = 6
"""Of a price, where the exchange's tick isn't known."""


class OpeningPrice(msgspec.Struct, frozen=True, kw_only=True):
    """Where a symbol stands (`price`), in which assets it is told, and its `tick` and `step`."""

    symbol: str
    base: str
    quote: str
    price: Decimal
    tick: Decimal
    step: Decimal


def opening_prices(
    symbols: Collection[str], known: Mapping[str, Decimal], *, source: Source
) -> dict[str, OpeningPrice]:
    """Return what symbols begin with; one that isn't listed, or of which no price is known or stored, is left out.

    A price that the exchange told is `known`; else the close of the newest stored candle of `source` is taken.
    """
    rows = Symbol.objects.filter(name__in=symbols)
    found = {row: known.get(row.name) or _stored_price(row.name, source) for row in rows}
    return {row.name: _opening(row, price) for row, price in found.items() if price}


def _opening(row: Symbol, price: Decimal) -> OpeningPrice:
    coarsest = max(_FINEST, Decimal(1).scaleb(price.adjusted() + 1 - _DIGITS))
    tick, step = row.tick_size or coarsest, row.step_size or _FINEST
    return OpeningPrice(symbol=row.name, base=row.base, quote=row.quote, price=price, tick=tick, step=step)


def _stored_price(symbol: str, source: Source) -> Decimal | None:
    series = Candle.objects.filter(source=source.value, symbol=symbol).order_by("-open_time")
    newest = [series.filter(interval=interval.value).first() for interval in _SEARCHED]
    found = [candle for candle in newest if candle is not None]
    price: Decimal | None = max(found, key=lambda candle: candle.open_time).close if found else None
    return price
