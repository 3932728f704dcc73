"""Rates such as 0.001 for 0.1 %, as whole millionths: what is charged or slipped by them is exact, or rounded once."""

from decimal import Decimal

RATE_DIGITS = 6
ONE_RATE: int = 10**RATE_DIGITS
"""The whole, in millionths."""


def rate_parts(name: str, rate: Decimal) -> int:
    """Return a rate in millionths; raise `ValueError`, which calls it by `name`, for one that is none or finer."""
    parts = rate.scaleb(RATE_DIGITS)
    if not 0 <= rate < 1 or parts != parts.to_integral_value():
        raise ValueError(f"{name} must be from 0 to below 1, with at most {RATE_DIGITS} decimals")
    return int(parts)
