"""An indicator over whole columns of candles at once, by TA-Lib's batch functions: for a history of any length."""

from collections.abc import Mapping

import numpy as np
import talib
from numpy.typing import NDArray

from streaming.indicators.catalogue import Parameters, indicator_of
from streaming.indicators.running import arguments_of

Column = NDArray[np.float64]


def indicator_arrays(name: str, parameters: Parameters, columns: Mapping[str, Column]) -> Mapping[str, Column]:
    """Return each output of an indicator at each candle; NaN while too few candles have closed.

    `columns` are fields of the candles by name, all equally long, the oldest candle first, without a NaN; `parameters`
    as `whole_parameters` returns them. The numbers are exactly those of `RunningIndicator.floats`.
    """
    indicator = indicator_of(name)
    inputs = [np.ascontiguousarray(columns[field], dtype=np.float64) for field in indicator.inputs]
    told = getattr(talib, indicator.function)(*inputs, **arguments_of(indicator, parameters))
    outputs = told if isinstance(told, tuple) else (told,)
    return dict(zip(indicator.outputs, outputs, strict=True))
