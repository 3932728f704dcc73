"""Changes in per cent, as the exchanges write them. Pure."""

from decimal import Context, Decimal

_PERCENT_PLACES = Decimal("0.001")
"""Binance writes its own per cent changes with three places."""
_CONTEXT = Context(prec=40)
_QUANTIZABLE = 30


def percent_change(before: Decimal, after: Decimal) -> Decimal:
    """Return by how many per cent `after` differs from `before`, to three places; zero where `before` is zero."""
    if before == 0:
        return Decimal(0)
    percent = _CONTEXT.multiply(_CONTEXT.divide(_CONTEXT.subtract(after, before), before), Decimal(100))
    return percent.quantize(_PERCENT_PLACES, context=_CONTEXT) if percent.adjusted() < _QUANTIZABLE else percent
