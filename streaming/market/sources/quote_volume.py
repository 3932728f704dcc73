"""Volumes in quote units, where an exchange tells them in base units alone. Pure."""

from decimal import Context, Decimal

_CONTEXT = Context(prec=80)
_PLACES = Decimal("1e-8")


def quote_volume(volume: Decimal, price: Decimal) -> Decimal:
    """Return a volume in quote units, to eight places, of one in base units at a price."""
    return _CONTEXT.multiply(volume, price).quantize(_PLACES, context=_CONTEXT)
