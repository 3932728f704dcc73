"""An indicator carried forward candle by candle, by TA-Lib's streaming handles: a step costs the same at any length.

TA-Lib computes in binary. What comes out is rounded to 12 significant digits, so that the noise of the last digits
is neither shown nor crosses a level. It is loaded with the first indicator, and NumPy with it: any gateway may have to
try a rule that looks at one, and few ever do.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

from streaming.indicators.bar import Bar
from streaming.indicators.catalogue import Indicator, Parameters, indicator_of

_ROUNDED = Context(prec=12)

Values = Mapping[str, Decimal]
"""An indicator's outputs by name."""


def candles_needed(name: str, parameters: Parameters) -> int:
    """Return how many closed candles of history make the indicator's values the same as a longer history would.

    The same to the 12 digits that are told: two that began at different times, as a chart's and an alert's, then agree.
    """
    from talib import abstract  # noqa: PLC0415 - with the first indicator

    indicator = indicator_of(name)
    function = abstract.Function(  # type: ignore[attr-defined]  # its stubs leave out the class
        indicator.function, **arguments_of(indicator, parameters)
    )
    lookback: int = function.lookback
    return (lookback + 1) * (1 + indicator.warm_up)


class RunningIndicator:
    """One indicator of one symbol and interval. Candles must come in order, without a hole."""

    def __init__(self, name: str, parameters: Parameters, history: Iterable[Bar] = ()) -> None:
        """Open with closed candles, oldest first; with too few of them it has no values until enough have closed."""
        self._indicator = indicator_of(name)
        self._arguments = arguments_of(self._indicator, parameters)
        self._waiting = [self._inputs(bar) for bar in history]
        self._handle: Any = None
        self._open()

    @property
    def floats(self) -> tuple[float, ...] | None:
        """The same as TA-Lib computes it, in the order of the indicator's outputs and not rounded."""
        return None if self._handle is None else _finite(self._handle.value)

    @property
    def values(self) -> Values | None:
        """What it is at the newest closed candle; None where too few have closed."""
        return None if self._handle is None else self._named(self._handle.value)

    def close(self, bar: Bar) -> Values | None:
        """Take a candle that has closed; return what the indicator is now."""
        if self._handle is None:
            self._waiting.append(self._inputs(bar))
            self._open()
            return self.values
        return self._named(self._handle.update(*self._inputs(bar)))

    def peek(self, bar: Bar) -> Values | None:
        """Return what the indicator would be, if the candle that is still open closed as it is; nothing changes."""
        return None if self._handle is None else self._named(self._handle.peek(*self._inputs(bar)))

    def _open(self) -> None:
        import numpy as np  # noqa: PLC0415 - with the first indicator
        import talib  # noqa: PLC0415
        from talib import stream  # noqa: PLC0415

        columns = np.array(self._waiting, dtype=np.float64).reshape(-1, len(self._indicator.inputs)).T
        try:
            self._handle = getattr(stream, self._indicator.function)(
                *(np.ascontiguousarray(column) for column in columns), **self._arguments
            )
        except talib.InsufficientHistory:  # type: ignore[attr-defined]  # its stubs leave out the error
            return
        self._waiting.clear()

    def _inputs(self, bar: Bar) -> list[float]:
        return [float(getattr(bar, field)) for field in self._indicator.inputs]

    def _named(self, told: float | Sequence[float]) -> Values | None:
        values = _finite(told)
        return None if values is None else dict(zip(self._indicator.outputs, map(_rounded, values), strict=True))


def _finite(told: float | Sequence[float]) -> tuple[float, ...] | None:
    values = told if isinstance(told, tuple) else (told,)
    return values if all(math.isfinite(value) for value in values) else None


def _rounded(value: float) -> Decimal:
    return _ROUNDED.create_decimal_from_float(value)


def arguments_of(indicator: Indicator, parameters: Parameters) -> dict[str, float]:
    """Return TA-Lib's arguments; one of our parameters may stand for several of them."""
    return {
        argument: int(value) if value == int(value) and "dev" not in argument else float(value)
        for name, value in parameters
        for argument in indicator.arguments[name].split()
    }
