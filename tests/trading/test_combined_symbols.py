"""A combined symbol, which no exchange trades, is refused in one sentence wherever it is named."""

from typing import Any

import pytest
from pytest_django import Settings

from streaming.market.selectors import symbol_of_pair
from tests.alerts.rules.refusals import RULE
from tests.trading.asking import Desk, desk
from tests.trading.backtests.conftest import RUN

__all__ = ("desk",)

REFUSAL = "BTC-USD is made of several exchanges' prices, and traded on none"
ORDER = {"symbol": "BTC-USD", "side": "buy", "type": "market", "quantity": 1}
GRID = {"pair": "BTC-USD", "upper_price": 100000, "lower_price": 90000, "grid_count": 10, "investment": 20000}
CROSS = {"strategy": "ma_cross", "interval": "1m", "params": {"fast": 3, "slow": 8}}


@pytest.fixture(autouse=True)
def _combines(settings: Settings) -> None:
    """Combine BTC-USD of two exchanges."""
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_FURTHER_SOURCES = "binance", ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]


@pytest.mark.parametrize(
    ("action", "given", "field"),
    [
        ("order.place", ORDER, "symbol"),
        ("grid.start", GRID, "pair"),
        ("grid.preview", GRID, "pair"),
        ("strategy.start", {**CROSS, "symbol": "BTC-USD"}, "symbol"),
        ("backtest.run", {**RUN, "symbol": "BTC-USD"}, "symbol"),
        ("alerts.create", {**RULE, "symbol": "BTC-USD"}, "symbol"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_it_is_refused_in_one_sentence(desk: Desk, action: str, given: dict[str, Any], field: str) -> None:
    answered = await desk.give(await desk.user("trader"), action, given)
    assert answered.refusal is not None
    assert (answered.code, answered.refusal[2]) == ("VALIDATION_ERROR", {field: REFUSAL})


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        ("BTC-USD", "BTC-USD"),
        ("btc-usd", "BTC-USD"),
        ("BTC-USDT", "BTCUSDT"),
        ("btc/usd", "BTCUSD"),
        ("ETH-USD", "ETHUSD"),
    ],
)
def test_its_name_is_kept_where_pairs_are_written_as_the_exchange_does(pair: str, name: str) -> None:
    assert symbol_of_pair(pair) == name
