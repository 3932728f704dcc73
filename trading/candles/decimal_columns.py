"""Columns of decimals in plain notation, such as `60000.25 60001`, as whole numbers: all at once, to the last digit."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
_SPACE, _POINT = b" ."
_LARGEST = 2**63 - 1
_MOST_PLACES = 18
"""10¹⁸ is the largest power of ten that 64 bits hold."""


class ColumnsTooLargeError(ValueError):
    """A number has more digits than 64 bits hold."""


class DecimalColumn(NamedTuple):
    """Decimals: the digits of each, and how many of them are behind its point."""

    digits: Integers
    places: Integers

    @property
    def finest(self) -> int:
        """The most places that any of them has."""
        return int(self.places.max(initial=0))

    def scaled(self, places: int) -> Integers:
        """Return them in units of 10⁻`places`; what is finer is cut off.

        Raise `ColumnsTooLargeError` where one has too many digits.
        """
        shift = places - self.places
        if (self.digits * np.power(10.0, shift)).max(initial=0) >= _LARGEST:
            raise ColumnsTooLargeError("a number has more digits than 64 bits hold")
        more = np.power(10, np.clip(shift, 0, _MOST_PLACES))
        fewer = np.power(10, np.clip(-shift, 0, _MOST_PLACES))
        return np.where(shift < -_MOST_PLACES, 0, self.digits * more // fewer)


def decimal_column(text: bytes) -> DecimalColumn:
    """Read decimals, none of them below zero, with one space between two.

    Raise `ColumnsTooLargeError` where one has too many digits.
    """
    if not text:
        return DecimalColumn(np.empty(0, np.int64), np.empty(0, np.int64))
    characters = np.frombuffer(text, np.uint8)
    ends = np.append(np.flatnonzero(characters == _SPACE), len(text))
    points = np.flatnonzero(characters == _POINT)
    places = np.zeros(len(ends), np.int64)
    with_point = np.searchsorted(ends, points)
    places[with_point] = ends[with_point] - points - 1
    digits = np.fromstring(text.translate(None, b"."), np.int64, sep=" ")
    if digits.max() == _LARGEST:
        raise ColumnsTooLargeError("a number has more digits than 64 bits hold")
    return DecimalColumn(digits, places)
