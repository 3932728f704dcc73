"""Exact amounts: whole numbers of 10⁻²⁴ of an asset inside the engine, decimals at its border.

One unit for all assets, so that an account can hold many: a price of up to nine decimals times a quantity of up to nine
times a rate of up to six is still a whole number of it.
"""

from collections.abc import Callable
from decimal import ROUND_FLOOR, Context, Decimal, Inexact, InvalidOperation, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

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
    if not value:
        return 0
    scaled = value.scaleb(AMOUNT_DIGITS, _EXACT)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has over {AMOUNT_DIGITS} decimals")
    return int(scaled)


def amount_fault(name: str, value: Decimal) -> str:
    """Return what is wrong with a parameter that is to be an amount; empty where nothing is.

    >>> amount_fault("investment", Decimal("1E-25"))
    'investment must have at most 24 decimals'
    """
    try:
        amount_of(value)
    except ValueError:
        return f"{name} must have at most {AMOUNT_DIGITS} decimals"
    return ""


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


def exactly(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Have a function's sums and products keep all digits: amounts have more than Python's own context keeps."""

    @wraps(function)
    def computing(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with localcontext(_LONG):
            return function(*args, **kwargs)

    return computing
