"""Indicators over the whole of a series, each computed once: for all runs of a process over that series."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from streaming.indicators.arrays import indicator_arrays
from streaming.indicators.catalogue import Parameters, check_output, whole_parameters
from trading.engine.backtests.series import CandleSeries, Floats

MOST_BYTES = 256 * 2**20
"""So much is kept; of more, what was used longest ago is computed again when it is asked for."""


class SeriesIndicators:
    """The indicators of one series."""

    def __init__(self, series: CandleSeries, *, most_bytes: int = MOST_BYTES) -> None:
        self._series = series
        self._most_bytes = most_bytes
        self._computed: OrderedDict[tuple[str, Parameters], Mapping[str, Floats]] = OrderedDict()

    def output(self, name: str, output: str, parameters: Mapping[str, Decimal | float]) -> Floats:
        """Return an output of an indicator at each candle, read-only; NaN while it warms up.

        Raise `IndicatorParametersError` for one that doesn't exist.
        """
        chosen = whole_parameters(name, {each: Decimal(str(value)) for each, value in parameters.items()})
        wanted = check_output(name, output)
        key = (name, chosen)
        if key in self._computed:
            self._computed.move_to_end(key)
        else:
            self._computed[key] = self._compute(name, chosen)
            self._forget_oldest()
        return self._computed[key][wanted]

    def _compute(self, name: str, parameters: Parameters) -> Mapping[str, Floats]:
        computed = indicator_arrays(name, parameters, _Columns(self._series))
        for values in computed.values():
            values.flags.writeable = False
        return computed

    def _forget_oldest(self) -> None:
        size = sum(values.nbytes for told in self._computed.values() for values in told.values())
        while size > self._most_bytes and len(self._computed) > 1:
            _, oldest = self._computed.popitem(last=False)
            size -= sum(values.nbytes for values in oldest.values())


class _Columns(Mapping[str, Floats]):
    """A series' columns by name, made when they are asked for."""

    def __init__(self, series: CandleSeries) -> None:
        self._series = series

    def __getitem__(self, name: str) -> Floats:
        return self._series.column(name)

    def __iter__(self) -> Iterator[str]:
        return iter(("open", "high", "low", "close", "volume"))

    def __len__(self) -> int:
        return 5
