"""Trading goes on as busily as history ended, so that no bar shows where the one meets the other."""

from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.candles.candles import DAY, HOUR, MINUTE, SECOND, Candle
from streaming.simulator.market.activity import LingeringFactor
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from tests.examples import examples

START = 1_795_003_200_000 + 7 * HOUR + 25 * MINUTE
LIVE_MINUTES = 3


def before_and_after(seed: int) -> dict[str, tuple[list[Candle], list[Candle]]]:
    """Return the last 30 minutes of history and the first ones of trading, of three symbols."""
    market = Market(seed=seed, start=START, instruments=INSTRUMENTS[:3])
    list(market.open_each())
    for _ in market.steps_until(START + LIVE_MINUTES * MINUTE):
        pass
    candles = {name: symbol.candles for name, symbol in market.symbols.items()}
    return {
        name: (
            store.rows("1m", START - 30 * MINUTE, START - 1, 30),
            store.rows("1m", START, START + LIVE_MINUTES * MINUTE - 1, LIVE_MINUTES),
        )
        for name, store in candles.items()
    }


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_it_goes_on_with_bars_like_those_before(seed: int) -> None:
    for past, live in before_and_after(seed).values():
        assert len(past) == 30
        assert len(live) == LIVE_MINUTES
        assert 0.3 < mean(bar.volume for bar in live) / mean(bar.volume for bar in past) < 3.0
        assert max(bar.volume for bar in live) < 6 * median(bar.volume for bar in past)
        assert min(bar.volume for bar in live) > 0.1 * median(bar.volume for bar in past)


@given(st.integers(0, 2**31), st.integers(0, 7 * DAY // SECOND))
@examples(5)
def test_it_is_always_lively(seed: int, second: int) -> None:
    start = START + second * SECOND
    market = Market(seed=seed, start=start, instruments=INSTRUMENTS[:1])
    list(market.open_each())
    trades = sum(len(step.symbols["BTCUSDT"].trades) for step in market.steps_until(start + 20 * SECOND))
    assert trades > 40


def test_it_has_no_huge_bar_among_almost_empty_ones_in_its_history() -> None:
    market = Market(seed=1, start=START, instruments=INSTRUMENTS[:1])
    list(market.open_each())
    volumes = [bar.volume for bar in market.symbols["BTCUSDT"].candles.rows("1m", None, None, 300)]
    assert max(volumes) < 12 * median(volumes)
    assert sorted(volumes)[15] > 0.15 * median(volumes)


def test_it_fades_to_the_usual_within_hours_and_starts_within_bounds() -> None:
    factor = LingeringFactor(2.0, 0.5, 3.0)
    assert factor.value == pytest.approx(2.0)
    for _ in range(60):
        factor.advance(60.0)
    assert 1.3 < factor.value < 1.7
    factor.advance(24 * 3600.0)
    assert factor.value == pytest.approx(1.0)
    assert LingeringFactor(1000.0, 0.5, 3.0).value == pytest.approx(3.0)
    assert LingeringFactor(0.0, 0.5, 3.0).value == pytest.approx(0.5)
