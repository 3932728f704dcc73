"""Which numbers an indicator's parameters may be."""

from decimal import Decimal

import pytest

from streaming.indicators.catalogue import CATALOGUE


@pytest.mark.parametrize(
    ("indicator", "name", "value", "wrong"),
    [
        ("rsi", "period", "2", None),
        ("rsi", "period", "200", None),
        ("rsi", "period", "1", "period must be from 2 to 200"),
        ("rsi", "period", "201", "period must be from 2 to 200"),
        ("rsi", "period", "14.5", "period must be a whole number"),
        ("rsi", "period", "NaN", "period must be from 2 to 200"),
        ("stochastic", "k", "1", None),
        ("stochastic", "slowing", "1", None),
        ("stochastic", "d", "1", None),
        ("stochastic", "slowing", "0", "slowing must be from 1 to 200"),
        ("macd", "signal", "1", None),
        ("macd", "fast", "1", "fast must be from 2 to 200"),
        ("macd", "slow", "1", "slow must be from 2 to 200"),
        ("bollinger", "deviations", "0.1", None),
        ("bollinger", "deviations", "10", None),
        ("bollinger", "deviations", "0.09", "deviations must be from 0.1 to 10"),
    ],
)
def test_it_says_what_is_wrong_with_a_parameter(indicator: str, name: str, value: str, wrong: str | None) -> None:
    parameters = {parameter.name: parameter for parameter in CATALOGUE[indicator].parameters}
    assert parameters[name].wrong(Decimal(value)) == wrong
