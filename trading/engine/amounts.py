"""Exact amounts: whole numbers of 10⁻²⁴ of an asset inside the engine, decimals at its border.

One unit for all assets, so that an account can hold many: a price of up to nine decimals times a quantity of up to nine
times a rate of up to six is still a whole number of it.
"""

from decimal import ROUND_FLOOR, Context, Decimal, Inexact, InvalidOperation

AMOUNT_DIGITS = 24
ONE: int = 10**AMOUNT_DIGITS
"""One whole unit of an asset."""
_LONG = Context(prec=100)
_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])


def amount_of(value: Decimal) -> int:
    """Return `value`, such as 0.5 (USDT), as whole units; raise `ValueError` where it has over 24 decimals.

    >>> amount_of(Decimal("0.5")) == ONE // 2
    True
    """
    scaled = value.scaleb(AMOUNT_DIGITS, _EXACT)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has over {AMOUNT_DIGITS} decimals")
    return int(scaled)


def amount_below(value: Decimal) -> int:
    """Return `value` as whole units, rounded down where it has over 24 decimals.

    >>> amount_below(Decimal("0.5")) == ONE // 2
    True
    """
    return int(value.scaleb(AMOUNT_DIGITS, _LONG).to_integral_value(ROUND_FLOOR))


def decimal_of(amount: int) -> Decimal:
    """Return whole units as the decimal they are, without trailing zeros.

    >>> decimal_of(ONE // 4), decimal_of(-100 * ONE)
    (Decimal('0.25'), Decimal('-100'))
    """
    whole, rest = divmod(amount, ONE)
    return Decimal(amount).scaleb(-AMOUNT_DIGITS, _EXACT).normalize(_EXACT) if rest else Decimal(whole)
