"""Columns of whole numbers as bytes: what goes in comes out, however much of the cheapest coin it is."""

from trading.engine.amounts import ONE
from trading.engine.backtests.results.columns import amounts, count_of, packed_amounts, slice_of


def test_amounts_come_out_as_they_went_in() -> None:
    given = [0, 1, -1, 10**20 * ONE, -(10**20) * ONE]
    packed = packed_amounts(given)
    assert amounts(packed) == given
    assert count_of(packed, of_amounts=True) == len(given)
    assert amounts(slice_of(packed, slice(3, None), of_amounts=True)) == given[3:]
