"""The chart's indicators are those of alerts, and show what these compute over the same candles to the last digit."""

import json
import random
import subprocess
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import talib

from streaming.indicators.bar import OpenBar
from streaming.indicators.catalogue import CATALOGUE, Parameter, whole_parameters
from streaming.indicators.running import RunningIndicator, candles_needed
from tests.processes import ROOT
from tests.services import need_node

_SCRIPT = Path(__file__).with_name("indicator_values.mjs")
_MODULES = ROOT / "templates" / "static" / "dashboard" / "indicators"
_OFFERED = """
Promise.all(process.argv.slice(1).map((path) => import(path))).then(([{ CATALOGUE }, { candlesNeeded }]) => {
  const given = (entry, bound) => Object.fromEntries(entry.parameters.map((each) => [each.name, each[bound]]));
  const neededAt = (entry, bound) => candlesNeeded({ entry, parameters: given(entry, bound) });
  const needed = (entry) => ["least", "initial", "most"].map((bound) => neededAt(entry, bound));
  console.log(JSON.stringify(CATALOGUE.map((entry) => ({ ...entry, needed: needed(entry) }))));
});
"""
_LENGTH = 450
_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_SECONDS = 60
_MINUS = "\u2212"
_NOTHING = "\u2013"

_OTHERS: Mapping[str, list[dict[str, str]]] = {
    "macd": [{"fast": "5", "slow": "35", "signal": "1"}],
    "bollinger": [{"period": "5", "deviations": "0.7"}, {"period": "200"}],
    "stochastic": [{"k": "1", "slowing": "1", "d": "1"}, {"k": "50", "slowing": "7", "d": "2"}],
}
"""By indicator, the parameters that are asked for beside its own; others have the shortest and the longest period."""
_CHOICES = [
    (name, whole_parameters(name, {each: Decimal(value) for each, value in given.items()}))
    for name in CATALOGUE
    for given in ({}, *_OTHERS.get(name, [{"period": "2"}, {"period": "200"}]))
]


def _walk(*, seed: int, price: str, tick: str, step: int, length: int = _LENGTH) -> Iterator[OpenBar]:
    """Yield candles of a random walk, a minute each, from a midnight on; their prices are whole ticks."""
    draw, least = random.Random(seed), Decimal(tick)
    close = Decimal(price)
    for index in range(length):
        opened, close = close, close + least * draw.randint(-step, step)
        time = 20_000 * _DAY + index * _MINUTE
        yield OpenBar(
            open_time=time,
            close_time=time + _MINUTE - 1,
            open=opened,
            high=max(opened, close) + least * draw.randint(0, step),
            low=min(opened, close) - least * draw.randint(0, step),
            close=close,
            volume=Decimal(draw.randint(0, 10**7)) / 1000,
            quote_volume=Decimal(1),
            trades=1,
        )


_MARKETS = [
    pytest.param(list(_walk(seed=1, price="95000.00", tick="0.01", step=1200)), 2, id="a large price"),
    pytest.param(list(_walk(seed=2, price="0.32000", tick="0.00001", step=9)), 5, id="a small price"),
    pytest.param(list(_walk(seed=3, price="1000000.00", tick="0.01", step=1)), 2, id="a price that hardly moves"),
    pytest.param(list(_walk(seed=4, price="42.00", tick="0.01", step=0)), 2, id="a price that doesn't move"),
]


def _shown(candles: list[OpenBar], decimals: int, asked: list[dict[str, Any]]) -> list[list[dict[str, str]]]:
    rows = [
        [each.open_time, *map(float, (each.open, each.high, each.low, each.close, each.volume))] for each in candles
    ]
    question = {"candles": rows, "decimals": decimals, "asked": asked}
    command = [need_node(), str(_SCRIPT)]
    answer = subprocess.run(
        command, input=json.dumps(question), capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return list(json.loads(answer.stdout))


def _text(value: Decimal | None, decimals: int) -> str:
    """Return how the page writes a value."""
    if value is None:
        return _NOTHING
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded or abs(rounded):,f}".replace("-", _MINUS)


@pytest.fixture(scope="module")
def offered() -> dict[str, dict[str, Any]]:
    """Return what the page's catalogue says of each indicator, and how many candles it needs at first."""
    paths = [str(_MODULES / f"{name}.js") for name in ("indicator_catalogue", "candles_needed")]
    command = [need_node(), "--eval", _OFFERED, *paths]
    output = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS, text=True).stdout
    return {each["key"]: each for each in json.loads(output)}


@pytest.mark.parametrize(("candles", "decimals"), _MARKETS)
def test_it_shows_what_alerts_compute_to_the_last_digit(
    candles: list[OpenBar], decimals: int, offered: dict[str, dict[str, Any]]
) -> None:
    asked = [{"key": name, "parameters": {each: float(value) for each, value in given}} for name, given in _CHOICES]
    for (name, given), shown in zip(_CHOICES, _shown(candles, decimals, asked), strict=True):
        running = RunningIndicator(name, given)
        values = [running.close(candle) for candle in candles]
        digits = offered[name].get("decimals", decimals)
        outputs = CATALOGUE[name].outputs
        told = [{each: _text(value[each] if value else None, digits) for each in outputs} for value in values]
        assert (name, given, [{each: row[each] for each in outputs} for row in shown]) == (name, given, told)
        assert any(value is not None for value in values)


@pytest.mark.parametrize(
    ("price", "tick", "decimals", "step"), [("95000.00", "0.01", 2, 5000), ("0.32000", "0.00001", 5, 9)]
)
def test_it_shows_what_an_alert_that_began_later_computes_to_the_last_digit(
    price: str, tick: str, decimals: int, step: int, offered: dict[str, dict[str, Any]]
) -> None:
    choices = [(name, given) for name, given in _CHOICES if CATALOGUE[name].warm_up]
    longest = max(candles_needed(*choice) for choice in choices) + _LENGTH
    candles = list(_walk(seed=5, price=price, tick=tick, step=step, length=longest))
    asked = [{"key": name, "parameters": {each: float(value) for each, value in given}} for name, given in choices]
    for (name, given), shown in zip(choices, _shown(candles, decimals, asked), strict=True):
        known = candles_needed(name, given)
        running = RunningIndicator(name, given, candles[-_LENGTH - known : -_LENGTH])
        digits = offered[name].get("decimals", decimals)
        told = [running.close(candle) for candle in candles[-_LENGTH:]]
        rows = [{each: _text(value[each], digits) for each in value} for value in told if value]
        assert (name, given, shown[-_LENGTH:]) == (name, given, rows)


def test_it_offers_each_that_alerts_know_and_draws_all_of_its_outputs(offered: dict[str, dict[str, Any]]) -> None:
    page_alone = {"vwap"}
    assert set(offered) - page_alone == set(CATALOGUE)
    for name, indicator in CATALOGUE.items():
        assert {line["key"] for line in offered[name]["lines"]} == set(indicator.outputs)


def test_it_scales_each_that_has_bounds_by_these(offered: dict[str, dict[str, Any]]) -> None:
    told = {name: tuple(each["range"]) for name, each in offered.items() if "range" in each}
    assert told == {name: each.bounds for name, each in CATALOGUE.items() if each.bounds}
    assert told["rsi"] == (0, 100)


def test_it_reads_as_many_candles_for_those_that_never_forget_as_alerts_do(offered: dict[str, dict[str, Any]]) -> None:
    for name, indicator in CATALOGUE.items():
        bounds = [
            tuple((each.name, getattr(each, bound)) for each in sorted(indicator.parameters, key=_by_name))
            for bound in ("minimum", "default", "maximum")
        ]
        needed = [candles_needed(name, each) if indicator.warm_up else 0 for each in bounds]
        assert (name, offered[name]["needed"]) == (name, needed)


def _by_name(parameter: Parameter) -> str:
    return parameter.name


@pytest.mark.parametrize(("candles", "decimals"), _MARKETS[:2])
def test_it_weights_the_average_price_by_volume_since_midnight(candles: list[OpenBar], decimals: int) -> None:
    high, low, close, volume = (
        np.array([float(getattr(each, field)) for each in candles]) for field in ("high", "low", "close", "volume")
    )
    expected = np.cumsum(talib.TYPPRICE(high, low, close) * volume) / np.cumsum(volume)
    shown = _shown(candles, decimals + 3, [{"key": "vwap", "parameters": {}}])[0]
    ours = [float(row["value"].replace(",", "")) for row in shown]
    np.testing.assert_allclose(ours, expected, rtol=0, atol=10.0 ** -(decimals + 2))
