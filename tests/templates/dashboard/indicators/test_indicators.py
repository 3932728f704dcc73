"""The chart's indicators give what TA-Lib gives, on random walks."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import talib
from numpy.typing import NDArray

from tests.services import need_node

_SCRIPT = Path(__file__).with_name("indicator_values.mjs")
_LENGTH = 700
_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_SECONDS = 30

_Series = NDArray[np.float64]


class _Candles:
    """Candles of a random walk, a minute each, of which the first is the first of a day."""

    def __init__(self, *, seed: int, price: float, step: float) -> None:
        random = np.random.default_rng(seed)
        self.time = 20_000 * _DAY + _MINUTE * np.arange(_LENGTH)
        self.close: _Series = price + step * np.cumsum(random.normal(size=_LENGTH))
        self.open: _Series = np.concatenate(([price], self.close[:-1]))
        self.high: _Series = np.maximum(self.open, self.close) + step * random.random(_LENGTH)
        self.low: _Series = np.minimum(self.open, self.close) - step * random.random(_LENGTH)
        self.volume: _Series = random.exponential(5.0, _LENGTH)

    @property
    def rows(self) -> list[list[float]]:
        columns = (self.time, self.open, self.high, self.low, self.close, self.volume)
        return [list(map(float, row)) for row in zip(*columns, strict=True)]


_WALKS = [
    pytest.param(_Candles(seed=1, price=95_000.0, step=12.0), id="a large price"),
    pytest.param(_Candles(seed=2, price=0.32, step=0.0001), id="a small price"),
    pytest.param(_Candles(seed=3, price=1_000_000.0, step=0.01), id="a price that hardly moves"),
]


def _values(candles: _Candles, key: str, **parameters: float) -> dict[str, _Series]:
    question = {"candles": candles.rows, "key": key, "parameters": parameters, "interval": "1m"}
    answer = subprocess.run(
        [need_node(), str(_SCRIPT)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    rows = json.loads(answer.stdout)
    assert len(rows) == _LENGTH
    names = rows[-1]
    return {name: np.array([row.get(name, np.nan) for row in rows], dtype=np.float64) for name in names}


def _assert_same(ours: _Series, theirs: _Series, *, scale: float) -> None:
    assert np.isfinite(theirs).sum() > _LENGTH / 2
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9 * scale)


@pytest.mark.parametrize("candles", _WALKS)
@pytest.mark.parametrize("period", [2, 20, 200])
def test_it_agrees_on_moving_averages(candles: _Candles, period: int) -> None:
    scale = float(np.max(candles.close))
    simple = _values(candles, "sma", period=period)["value"]
    _assert_same(simple, talib.SMA(candles.close, timeperiod=period), scale=scale)
    exponential = _values(candles, "ema", period=period)["value"]
    _assert_same(exponential, talib.EMA(candles.close, timeperiod=period), scale=scale)


@pytest.mark.parametrize("candles", _WALKS)
@pytest.mark.parametrize(("period", "deviations"), [(20, 2), (5, 3)])
def test_it_agrees_on_bollinger_bands(candles: _Candles, period: int, deviations: int) -> None:
    """The mean is taken off before TA-Lib sees the prices: its own variance loses most digits of a large price."""
    around = float(np.mean(candles.close))
    bands = talib.BBANDS(candles.close - around, timeperiod=period, nbdevup=deviations, nbdevdn=deviations)
    ours = _values(candles, "bollinger", period=period, deviations=deviations)
    for name, theirs in zip(("upper", "middle", "lower"), bands, strict=True):
        _assert_same(ours[name], theirs + around, scale=around)


@pytest.mark.parametrize("candles", _WALKS)
@pytest.mark.parametrize("period", [2, 14, 100])
def test_it_agrees_on_the_relative_strength_index(candles: _Candles, period: int) -> None:
    ours = _values(candles, "rsi", period=period)["value"]
    _assert_same(ours, talib.RSI(candles.close, timeperiod=period), scale=1000)


@pytest.mark.parametrize("candles", _WALKS)
@pytest.mark.parametrize(("fast", "slow", "signal"), [(12, 26, 9), (5, 35, 5)])
def test_it_agrees_on_macd(candles: _Candles, fast: int, slow: int, signal: int) -> None:
    """TA-Lib tells no line before there is a signal; ours does, which is not compared."""
    theirs = dict(
        zip(
            ("line", "signal", "histogram"),
            talib.MACD(candles.close, fastperiod=fast, slowperiod=slow, signalperiod=signal),
            strict=True,
        )
    )
    ours = _values(candles, "macd", fast=fast, slow=slow, signal=signal)
    ours["line"][: slow + signal - 2] = np.nan
    for name, series in theirs.items():
        _assert_same(ours[name], series, scale=float(np.max(candles.close)))


@pytest.mark.parametrize("candles", _WALKS)
def test_it_weights_the_average_price_by_volume_since_midnight(candles: _Candles) -> None:
    typical = talib.TYPPRICE(candles.high, candles.low, candles.close)
    expected = np.cumsum(typical * candles.volume) / np.cumsum(candles.volume)
    _assert_same(_values(candles, "vwap")["value"], expected, scale=float(np.max(candles.close)))
