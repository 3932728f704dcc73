"""Section 1.6: what requests cost."""

import msgspec
import pytest

from streaming.market.backfill import rest_source
from streaming.market.binance.rest_client import ExchangeRest, WeightBudget
from streaming.market.gaps import filler
from streaming.market.symbols import refresher
from tests.exchange_rules.bridge.bridging import simulating
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

KLINES = {"symbol": "BTCUSDT", "interval": "1m", "limit": 1000}


@rule("1.6.1", "1.6.2", "1.8.1")
@pytest.mark.parametrize(
    ("path", "parameters", "weight"),
    [
        ("/api/v3/exchangeInfo", {}, refresher._WEIGHT),
        ("/api/v3/klines", KLINES, filler._KLINES_WEIGHT),
        ("/api/v3/klines", KLINES, rest_source._WEIGHT),
        ("/api/v3/trades", {"symbol": "BTCUSDT", "limit": 1000}, filler._TRADES_WEIGHT),
        ("/api/v3/time", {}, filler._TIME_WEIGHT),
    ],
)
async def test_each_request_is_counted_with_the_weight_that_the_exchange_counts(
    path: str, parameters: dict[str, str | int], weight: int
) -> None:
    """What we take off our budget is what the exchange says that it was, and the budget a fifth of its limit."""
    clock = ManualClock()  # which stands still, so that no new minute begins while weights are counted
    budget = WeightBudget(default_of("EXCHANGE_REST_WEIGHT_PER_MINUTE"), clock)
    async with simulating(clock=clock, tick_interval=None) as exchange:
        rest = ExchangeRest(exchange.rest_url, timeout=20.0, budget=budget)
        info = msgspec.json.decode(await rest.get("/api/v3/exchangeInfo", weight=refresher._WEIGHT))
        (limit,) = (one["limit"] for one in info["rateLimits"] if one["rateLimitType"] == "REQUEST_WEIGHT")
        assert limit == default_of("EXCHANGE_REST_WEIGHT_PER_MINUTE") * 5 > default_of("EXCHANGE_REST_WEIGHT_CEILING")
        assert rest.used_weight == refresher._WEIGHT
        await rest.get(path, parameters, weight=weight)
        assert rest.used_weight == refresher._WEIGHT + weight
