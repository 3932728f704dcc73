"""Markets that begin at a given price."""

from decimal import Decimal

import pytest

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.market.market import Market
from streaming.simulator.market.pricing import instrument_at

START = 1_700_000_000_000


@pytest.mark.parametrize(
    ("symbol", "price", "tick"),
    [
        ("BTCUSDT", "43211.07", "0.01"),
        ("PEPEUSDT", "0.00001234", "0.00000001"),
        ("SHIBBTC", "0.00000002", "0.00000001"),
        ("BTCIDR", "1650000000", "1"),
    ],
)
def test_history_ends_at_the_price_and_trade_goes_on_from_there(symbol: str, price: str, tick: str) -> None:
    market = Market(seed=5, start=START, instruments=())
    list(market.steps_until(START + 300))
    made = instrument_at(
        symbol=symbol, base="A", quote="B", price=Decimal(price), tick=Decimal(tick), step=Decimal("0.01"),
        seed=5, start=START,
    )  # fmt: skip
    market.open_now(made)
    close = market.symbols[symbol].candles.last_close
    assert abs(close * Decimal(tick) - Decimal(price)) <= Decimal(tick)
    list(market.steps_until(START + 60 * SECOND))
    traded = market.symbols[symbol].trades
    assert traded
    allowed = max(2, round(close * 0.01))
    assert abs(traded[0].price - close) <= allowed
    assert all(one.time >= START for one in traded)


def test_a_price_below_its_tick_is_refused() -> None:
    with pytest.raises(ValueError, match="below its tick"):
        instrument_at(
            symbol="AB", base="A", quote="B", price=Decimal("0.001"), tick=Decimal(1), step=Decimal(1), seed=1,
            start=START,
        )  # fmt: skip
