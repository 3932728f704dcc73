"""Exact amounts: whole numbers of an asset's smallest unit on the chain, decimals for people. Pure.

Numbers of a chain have up to 78 digits (uint256), more than a decimal context keeps: nothing here is rounded by one.
"""

from decimal import Decimal

from wallets.errors import InvalidAmountError

COIN_DECIMALS = 18
"""Of ether and of the coins of chains of its kind: 1 ether is 10^18 wei."""
MOST_DECIMALS = 255
"""A token's `decimals` is a uint8."""
LARGEST_AMOUNT = 2**256 - 1
_MOST_DIGITS = 78 + MOST_DECIMALS


def in_units(amount: int, decimals: int) -> Decimal:
    """Return an amount of the smallest unit as one of the asset; `decimals` from 0 to 255.

    >>> in_units(1_500_000_000_000_000_000, 18)
    Decimal('1.500000000000000000')
    """
    _check_decimals(decimals)
    sign, digits, _ = Decimal(amount).as_tuple()
    return Decimal((sign, digits, -decimals))


def in_smallest_units(value: Decimal, decimals: int) -> int:
    """Return an amount of an asset as one of its smallest unit, from 0 to 2^256 - 1.

    Raise `InvalidAmountError` for what is negative, no number, too large, or finer than the asset can be divided.
    """
    _check_decimals(decimals)
    if not value.is_finite() or value < 0 or not _is_bounded(value):
        raise InvalidAmountError("an amount must be a number that isn't negative, and less than 2^256 smallest units")
    numerator, denominator = value.as_integer_ratio()
    smallest_units: int = 10**decimals
    amount, finer = divmod(numerator * smallest_units, denominator)
    if finer:
        raise InvalidAmountError(f"an amount of this asset has at most {decimals} decimals")
    if amount > LARGEST_AMOUNT:
        raise InvalidAmountError("an amount must be less than 2^256 of its asset's smallest units")
    return amount


def _is_bounded(value: Decimal) -> bool:
    """Return whether as a fraction it is of a length that can be reckoned with, whatever was given."""
    _, digits, exponent = value.as_tuple()
    return len(digits) <= _MOST_DIGITS and isinstance(exponent, int) and abs(exponent) <= _MOST_DIGITS


def _check_decimals(decimals: int) -> None:
    if not 0 <= decimals <= MOST_DECIMALS:
        raise InvalidAmountError(f"an asset has 0 to {MOST_DECIMALS} decimals, not {decimals}")
