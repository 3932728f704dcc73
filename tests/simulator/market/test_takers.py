"""Trades are many and mostly tiny; together they make the usual volume."""

from random import Random
from statistics import mean, median

import pytest

from streaming.simulator.market.instruments import INSTRUMENTS, Instrument
from streaming.simulator.market.maker import Maker
from streaming.simulator.market.matching import MatchingEngine, Trade
from streaming.simulator.market.takers import Takers

SECONDS = 200


def trades_of(instrument: Instrument, *, pace: float = 1.0, size: float = 1.0, seconds: int = SECONDS) -> list[Trade]:
    """Return what is traded around a fair price that wanders by a ten-thousandth in a second."""
    engine, chance = MatchingEngine(), Random(instrument.symbol)
    maker, takers = Maker(instrument, engine, chance), Takers(instrument, engine, chance)
    fair = float(instrument.reference)
    maker.open_market(fair, 0)
    for time in range(0, seconds * 1000, 100):
        fair *= 1 + chance.gauss(0.0, 0.00003)
        takers.trade(fair, time, 100, pace, size)
        maker.requote(fair, time + 99)
    return engine.take_trades()


@pytest.mark.long
@pytest.mark.parametrize("instrument", INSTRUMENTS[:4], ids=lambda instrument: instrument.symbol)
def test_it_makes_about_the_usual_number_of_trades_and_the_usual_volume(instrument: Instrument) -> None:
    trades = trades_of(instrument)
    volume = sum(trade.quantity for trade in trades)
    usual = instrument.trades_per_second * SECONDS
    assert len(trades) == pytest.approx(usual, rel=0.4)
    assert volume == pytest.approx(usual * instrument.typical_quantity, rel=0.4)


def test_it_trades_tiny_sizes_most_often_and_large_ones_now_and_then() -> None:
    sizes = [trade.quantity / INSTRUMENTS[0].typical_quantity for trade in trades_of(INSTRUMENTS[0])]
    assert median(sizes) < 0.5
    assert sum(size < 0.05 for size in sizes) > 0.05 * len(sizes)
    assert max(sizes) > 8
    assert sum(size > 1 for size in sizes) < 0.35 * len(sizes)


def test_it_trades_more_often_at_a_higher_pace_and_more_at_once_with_a_larger_size() -> None:
    usual = trades_of(INSTRUMENTS[3], seconds=120)
    assert len(trades_of(INSTRUMENTS[3], pace=3.0, seconds=120)) > 2 * len(usual)
    larger = trades_of(INSTRUMENTS[3], size=4.0, seconds=120)
    assert mean(trade.quantity for trade in larger) > 2 * mean(trade.quantity for trade in usual)


def test_it_makes_nobody_come_at_no_pace() -> None:
    assert trades_of(INSTRUMENTS[0], pace=0.0, seconds=5) == []
