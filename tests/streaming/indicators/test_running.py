"""Indicators: carried forward candle by candle they are what TA-Lib computes over all candles at once."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from streaming.indicators.catalogue import CATALOGUE, Parameters, check_output, whole_parameters
from streaming.indicators.errors import IndicatorParametersError
from streaming.indicators.running import RunningIndicator, Values, candles_needed
from tests.examples import examples
from tests.streaming.indicators.bars import bar, bars

_ALL_AT_ONCE: dict[str, Any] = {
    "sma": lambda close, high, low, volume: talib.SMA(close, 20),
    "ema": lambda close, high, low, volume: talib.EMA(close, 20),
    "wma": lambda close, high, low, volume: talib.WMA(close, 20),
    "rsi": lambda close, high, low, volume: talib.RSI(close, 14),
    "macd": lambda close, high, low, volume: talib.MACD(close, 12, 26, 9),
    "bollinger": lambda close, high, low, volume: talib.BBANDS(close, 20, 2.0, 2.0),
    "donchian": lambda close, high, low, volume: talib.DONCHIAN(high, low, 20),
    "stochastic": lambda close, high, low, volume: talib.STOCH(high, low, close, fastk_period=14),
    "atr": lambda close, high, low, volume: talib.ATR(high, low, close, 14),
    "adx": lambda close, high, low, volume: talib.ADX(high, low, close, 14),
    "cci": lambda close, high, low, volume: talib.CCI(high, low, close, 20),
    "mfi": lambda close, high, low, volume: talib.MFI(high, low, close, volume, 14),
    "roc": lambda close, high, low, volume: talib.ROC(close, 10),
}
_NOISE = Decimal("1e-9")
"""Of binary arithmetic."""
_EVERY = pytest.mark.parametrize("name", list(CATALOGUE))


def _running(name: str, count: int = 0, **parameters: int) -> RunningIndicator:
    given_parameters = {each: Decimal(value) for each, value in parameters.items()}
    return RunningIndicator(name, whole_parameters(name, given_parameters), bars(count))


def _at(name: str, bound: str) -> Parameters:
    """Return the parameters at their "minimum", "default" or "maximum"."""
    chosen = {parameter.name: getattr(parameter, bound) for parameter in CATALOGUE[name].parameters}
    if name == "macd" and bound != "default":
        chosen["fast"], chosen["slow"] = (
            (Decimal(2), Decimal(3)) if bound == "minimum" else (Decimal(199), Decimal(200))
        )
    return whole_parameters(name, chosen)


def _digits(values: Values | None) -> list[Decimal]:
    assert values is not None
    return list(values.values())


@_EVERY
@pytest.mark.parametrize("opened_with", [0, 3, 120])
def test_it_is_what_all_candles_at_once_give(name: str, opened_with: int) -> None:
    walk = bars(200)
    running = RunningIndicator(name, whole_parameters(name, {}), walk[:opened_with])
    columns = [np.array([float(getattr(each, field)) for each in walk]) for field in ("close", "high", "low", "volume")]
    told = _ALL_AT_ONCE[name](*columns)
    outputs = told if isinstance(told, tuple) else (told,)
    for number, each in enumerate(walk[opened_with:], opened_with):
        values = running.close(each)
        expected = [output[number] for output in outputs]
        assert (values is None) == any(np.isnan(expected))
        if values is not None:
            assert list(values.values()) == [Decimal(f"{value:.11e}") for value in expected]


@_EVERY
def test_it_peeks_at_the_open_candle_without_a_trace(name: str) -> None:
    running, candle = _running(name, 150), bars(151)[-1]
    before = running.values
    peeked = running.peek(candle)
    running.peek(bar(150, 1, 500, 1, 499))
    assert running.values == before
    assert running.close(candle) == peeked


@_EVERY
def test_it_has_no_values_until_enough_candles_have_closed(name: str) -> None:
    running, needed = _running(name), candles_needed(name, whole_parameters(name, {}))
    assert (running.values, running.peek(bars(1)[0])) == (None, None)
    told = [running.close(each) for each in bars(needed)]
    assert told[0] is None
    assert told[-1] is not None
    assert set(told[-1]) == set(CATALOGUE[name].outputs)


@_EVERY
@pytest.mark.parametrize("bound", ["minimum", "default", "maximum"])
@examples(3)
@given(seed=st.integers(0, 1000))
def test_it_is_the_same_after_a_longer_history_to_ten_digits(name: str, bound: str, seed: int) -> None:
    parameters = _at(name, bound)
    needed = candles_needed(name, parameters)
    walk = bars(needed + 1500, seed)
    short = _digits(RunningIndicator(name, parameters, walk[-needed:]).values)
    whole = _digits(RunningIndicator(name, parameters, walk).values)
    scale = walk[-1].close if name == "macd" else Decimal(1)
    for value, expected in zip(short, whole, strict=True):
        assert abs(value - expected) <= Decimal("1e-10") * max(scale, abs(expected))


@_EVERY
@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_it_runs_at_the_bounds_of_its_parameters(name: str, bound: str) -> None:
    parameters = _at(name, bound)
    needed = candles_needed(name, parameters)
    assert RunningIndicator(name, parameters, bars(needed)).values is not None


_BOUNDED = pytest.mark.parametrize("name", [name for name, each in CATALOGUE.items() if each.bounds])


@_BOUNDED
@examples(10)
@given(seed=st.integers(0, 1000))
def test_it_stays_within_its_bounds(name: str, seed: int) -> None:
    running = RunningIndicator(name, whole_parameters(name, {}))
    told = [value for each in bars(120, seed) if (values := running.close(each)) for value in values.values()]
    least, most = CATALOGUE[name].bounds or (Decimal(0), Decimal(0))
    assert told
    assert least - _NOISE <= min(told) <= max(told) <= most + _NOISE


@_BOUNDED
def test_it_reaches_the_upper_of_its_bounds_where_the_price_only_rises(name: str) -> None:
    rising = [bar(minute, minute + 1, minute + 2, minute + 1, minute + 2) for minute in range(60)]
    _, most = CATALOGUE[name].bounds or (Decimal(0), Decimal(0))
    assert set(_digits(RunningIndicator(name, whole_parameters(name, {}), rising).values)) == {most}


def test_it_rounds_to_twelve_significant_digits() -> None:
    [value] = _digits(_running("sma", 3, period=3).values)
    assert len(value.as_tuple().digits) <= 12
    assert abs(value - sum((each.close for each in bars(3)), Decimal(0)) / 3) < Decimal("1e-9")


def test_it_fills_in_the_defaults_sorted_by_name() -> None:
    told = whole_parameters("macd", {"slow": Decimal("30.0")})
    assert [(name, f"{value:f}") for name, value in told] == [("fast", "12"), ("signal", "9"), ("slow", "30")]
    assert str(whole_parameters("sma", {})[0][1]) == "20"


@pytest.mark.parametrize(
    ("name", "chosen", "fields"),
    [
        ("rsi", {"period": Decimal(1)}, {"period": "period must be from 2 to 200"}),
        ("rsi", {"period": Decimal("14.5")}, {"period": "period must be a whole number"}),
        ("rsi", {"period": Decimal("NaN")}, {"period": "period must be from 2 to 200"}),
        ("rsi", {"length": Decimal(14)}, {"length": "rsi has no parameter length"}),
        ("macd", {"fast": Decimal(26)}, {"fast": "fast must be less than slow"}),
        ("bollinger", {"deviations": Decimal(0)}, {"deviations": "deviations must be from 0.1 to 10"}),
        ("magic", {}, {"indicator": f"indicator must be one of {', '.join(CATALOGUE)}"}),
    ],
)
def test_it_refuses_parameters_by_name(name: str, chosen: dict[str, Decimal], fields: dict[str, str]) -> None:
    with pytest.raises(IndicatorParametersError) as refused:
        whole_parameters(name, chosen)
    assert refused.value.fields == fields


def test_a_refusal_says_all_that_is_wrong_in_one_sentence_after_the_other() -> None:
    wrong = {"period": Decimal(1), "length": Decimal(14)}
    with pytest.raises(IndicatorParametersError) as refused:
        whole_parameters("rsi", wrong)
    assert set(refused.value.fields) == set(wrong)
    assert str(refused.value) == "; ".join(refused.value.fields.values())


def test_it_takes_the_first_output_unless_told() -> None:
    assert (check_output("macd", ""), check_output("macd", "signal")) == ("macd", "signal")
    with pytest.raises(IndicatorParametersError) as refused:
        check_output("macd", "value")
    assert refused.value.fields == {"field": "field must be one of macd, signal, histogram"}
