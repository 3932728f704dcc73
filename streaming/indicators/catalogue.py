"""Which indicators there are, with their parameters, bounds and outputs. Pure."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from streaming.indicators.errors import IndicatorParametersError

Parameters = tuple[tuple[str, Decimal], ...]
"""An indicator's parameters, sorted by name."""
Bounds = tuple[Decimal, Decimal]
"""The least and the most that a value can be, both included."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of an indicator: a number from `minimum` to `maximum`, both included."""

    name: str
    default: Decimal
    minimum: Decimal
    maximum: Decimal
    is_whole: bool = True

    def wrong(self, value: Decimal) -> str | None:
        """Return what is wrong with `value`, as a sentence about the parameter; None where nothing is."""
        if not value.is_finite() or not self.minimum <= value <= self.maximum:
            return f"{self.name} must be from {self.minimum:f} to {self.maximum:f}"
        if self.is_whole and value != value.to_integral_value():
            return f"{self.name} must be a whole number"
        return None


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator of TA-Lib, by our names.

    `inputs` are fields of a candle, `outputs` what it gives, both in TA-Lib's order; `function` and `arguments` (by
    parameter) are TA-Lib's names. `order` names two parameters of which the first must be less than the second.
    `bounds` are those of each of its outputs, by the formula itself; None where there are none. What never forgets its
    first candles has less than 1e-12 left of where it began after `warm_up` times as many as its first value takes; of
    what forgets them it is 0.
    """

    name: str
    title: str
    function: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    arguments: Mapping[str, str]
    order: tuple[str, str] | None = None
    bounds: Bounds | None = None
    warm_up: int = 0


_EXPONENTIAL, _WILDER, _WILDER_TWICE = 14, 28, 16
"""
The `warm_up` of averages: of n candles an exponential one keeps (n - 1) / (n + 1) of what was with each candle, at most
1e-12 after 14 n; Wilder's keeps (n - 1) / n, and takes 28 n. Where Wilder's is made of Wilder's, of 2 n candles, 32 n.
"""


def _whole(name: str, default: int, minimum: int = 2, maximum: int = 200) -> Parameter:
    return Parameter(name=name, default=Decimal(default), minimum=Decimal(minimum), maximum=Decimal(maximum))


def _of_period(
    name: str,
    title: str,
    default: int,
    inputs: tuple[str, ...] = ("close",),
    *,
    bounds: Bounds | None = None,
    warm_up: int = 0,
) -> Indicator:
    return Indicator(
        name=name,
        title=title,
        function=name.upper(),
        inputs=inputs,
        outputs=("value",),
        parameters=(_whole("period", default),),
        arguments={"period": "timeperiod"},
        bounds=bounds,
        warm_up=warm_up,
    )


_RANGE = ("high", "low", "close")
_PER_CENT = (Decimal(0), Decimal(100))
"""Of what is a part of a whole."""
_MACD = Indicator(
    name="macd",
    title="Moving average convergence divergence",
    function="MACD",
    inputs=("close",),
    outputs=("macd", "signal", "histogram"),
    parameters=(_whole("fast", 12), _whole("slow", 26), _whole("signal", 9, minimum=1)),
    arguments={"fast": "fastperiod", "slow": "slowperiod", "signal": "signalperiod"},
    order=("fast", "slow"),
    warm_up=_EXPONENTIAL,
)
_WIDTH = Parameter(name="deviations", default=Decimal(2), minimum=Decimal("0.1"), maximum=Decimal(10), is_whole=False)
_BOLLINGER = Indicator(
    name="bollinger",
    title="Bollinger bands",
    function="BBANDS",
    inputs=("close",),
    outputs=("upper", "middle", "lower"),
    parameters=(_whole("period", 20), _WIDTH),
    arguments={"period": "timeperiod", "deviations": "nbdevup nbdevdn"},
)
_DONCHIAN = Indicator(
    name="donchian",
    title="Donchian channel",
    function="DONCHIAN",
    inputs=("high", "low"),
    outputs=("upper", "middle", "lower"),
    parameters=(_whole("period", 20),),
    arguments={"period": "timeperiod"},
)
_STOCHASTIC = Indicator(
    name="stochastic",
    title="Stochastic oscillator",
    function="STOCH",
    inputs=_RANGE,
    outputs=("k", "d"),
    parameters=(_whole("k", 14, minimum=1), _whole("slowing", 3, minimum=1), _whole("d", 3, minimum=1)),
    arguments={"k": "fastk_period", "slowing": "slowk_period", "d": "slowd_period"},
    bounds=_PER_CENT,
)

CATALOGUE: Mapping[str, Indicator] = {
    indicator.name: indicator
    for indicator in (
        _of_period("sma", "Simple moving average", 20),
        _of_period("ema", "Exponential moving average", 20, warm_up=_EXPONENTIAL),
        _of_period("wma", "Weighted moving average", 20),
        _of_period("rsi", "Relative strength index", 14, bounds=_PER_CENT, warm_up=_WILDER),
        _MACD,
        _BOLLINGER,
        _DONCHIAN,
        _STOCHASTIC,
        _of_period("atr", "Average true range", 14, _RANGE, warm_up=_WILDER),
        _of_period("adx", "Average directional movement index", 14, _RANGE, bounds=_PER_CENT, warm_up=_WILDER_TWICE),
        _of_period("cci", "Commodity channel index", 20, _RANGE),
        _of_period("mfi", "Money flow index", 14, (*_RANGE, "volume"), bounds=_PER_CENT),
        _of_period("roc", "Rate of change (per cent)", 10),
    )
}


def indicator_of(name: str) -> Indicator:
    """Return the indicator of that name; raise `IndicatorParametersError` where there is none."""
    indicator = CATALOGUE.get(name)
    if indicator is None:
        raise IndicatorParametersError({"indicator": f"indicator must be one of {', '.join(CATALOGUE)}"})
    return indicator


def whole_parameters(name: str, given: Mapping[str, Decimal]) -> Parameters:
    """Return an indicator's parameters, sorted by name, with the defaults of those that aren't given.

    Raise `IndicatorParametersError` for an indicator or a parameter that doesn't exist or is out of bounds; its
    `fields` are `indicator` and the parameters' names.
    """
    indicator = indicator_of(name)
    known = {parameter.name: parameter for parameter in indicator.parameters}
    wrong = {each: f"{name} has no parameter {each}" for each in given if each not in known}
    chosen = {each: given.get(each, parameter.default) for each, parameter in known.items()}
    wrong |= {each: fault for each, value in chosen.items() if (fault := known[each].wrong(value))}
    if not wrong and indicator.order is not None:
        less, more = indicator.order
        if chosen[less] >= chosen[more]:
            wrong[less] = f"{less} must be less than {more}"
    if wrong:
        raise IndicatorParametersError(wrong)
    return tuple(sorted((each, Decimal(f"{value.normalize():f}")) for each, value in chosen.items()))


def check_output(name: str, output: str) -> str:
    """Return the output's name, the first one for an empty `output`; raise `IndicatorParametersError` otherwise."""
    indicator = indicator_of(name)
    if not output:
        return indicator.outputs[0]
    if output not in indicator.outputs:
        raise IndicatorParametersError({"field": f"field must be one of {', '.join(indicator.outputs)}"})
    return output
