"""Indicators over whole columns: exactly the numbers of the indicator that is carried forward candle by candle."""

import random
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.indicators.arrays import Column, indicator_arrays
from streaming.indicators.bar import OpenBar
from streaming.indicators.catalogue import CATALOGUE, Parameters, whole_parameters
from streaming.indicators.running import RunningIndicator
from tests.examples import examples
from tests.streaming.indicators.bars import bar, bars

_Row = tuple[float, ...] | None
_EVERY = pytest.mark.parametrize("name", list(CATALOGUE))


def _columns(walk: Sequence[OpenBar]) -> dict[str, Column]:
    fields = ("open", "high", "low", "close", "volume")
    return {field: np.array([float(getattr(each, field)) for each in walk]) for field in fields}


def _run(name: str, parameters: Parameters, walk: Sequence[OpenBar], opened_with: int) -> list[_Row]:
    running = RunningIndicator(name, parameters, walk[:opened_with])
    told = []
    for each in walk[opened_with:]:
        running.close(each)
        told.append(running.floats)
    return told


def _rows(name: str, parameters: Parameters, walk: Sequence[OpenBar]) -> list[_Row]:
    arrays = indicator_arrays(name, parameters, _columns(walk))
    assert list(arrays) == list(CATALOGUE[name].outputs)
    rows = zip(*(column.tolist() for column in arrays.values()), strict=True)
    return [row if np.isfinite(row).all() else None for row in rows]


@_EVERY
@examples(10)
@given(seed=st.integers(0, 2**32))
def test_it_gives_exactly_what_the_running_indicator_gives(name: str, seed: int) -> None:
    chance = random.Random(seed)
    walk, opened_with = bars(chance.randint(0, 300), seed), chance.randint(0, 60)
    parameters = whole_parameters(name, {})
    assert _rows(name, parameters, walk)[opened_with:] == _run(name, parameters, walk, opened_with)


@_EVERY
def test_it_gives_the_same_at_the_largest_parameters(name: str) -> None:
    chosen = {parameter.name: parameter.maximum for parameter in CATALOGUE[name].parameters}
    if name == "macd":
        chosen["fast"] = Decimal(199)
    parameters, walk = whole_parameters(name, chosen), bars(1000)
    rows = _rows(name, parameters, walk)
    assert rows[-1] is not None
    assert rows == _run(name, parameters, walk, 0)


@_EVERY
def test_it_gives_the_same_where_nothing_moves(name: str) -> None:
    still = [bar(number, 100, 100, 100, 100, volume=0) for number in range(60)]
    walk, parameters = still + bars(60), whole_parameters(name, {})
    assert _rows(name, parameters, walk) == _run(name, parameters, walk, 0)
