"""Section 1.6: what requests cost."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest

from streaming.events import Interval, Source
from streaming.market.sources.binance.rest import USED_WEIGHT_HEADER, BinanceRest
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.exchange_rules.bridge.bridging import simulating
from tests.exchange_rules.defaults import default_of
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock

Question = Callable[[BinanceRest], Awaitable[object]]
QUESTIONS: dict[str, Question] = {
    "time": lambda rest: rest.time(),
    "symbols": lambda rest: rest.symbols(),
    "candles": lambda rest: rest.candles("BTCUSDT", Interval.MINUTE_1, limit=1000),
    "newest trades": lambda rest: rest.newest_trades("BTCUSDT"),
    "trades from an id": lambda rest: rest.trades_from("BTCUSDT", 1),
    "book": lambda rest: rest.book("BTCUSDT"),
    "ticker": lambda rest: rest.ticker("BTCUSDT", label=Source.SIMULATOR),
}


@rule("1.5.7", "1.6.1", "1.6.2", "1.8.1")
@pytest.mark.parametrize("name", QUESTIONS)
async def test_each_question_is_counted_with_the_weight_that_the_exchange_counts(name: str) -> None:
    """What we take off our budget is what the exchange says that it was, and the budget a fifth of its limit."""
    clock = ManualClock()  # which stands still, so that no new minute begins while weights are counted
    per_minute = default_of("EXCHANGE_REST_WEIGHT_PER_MINUTE")
    ours, told = WeightBudget(per_minute, clock), WeightBudget(per_minute, clock)
    ours.note_used(0)
    async with simulating(clock=clock, tick_interval=None) as exchange:
        await QUESTIONS[name](BinanceRest(ExchangeRest(exchange.rest_url, timeout=20.0, budget=ours)))
        rest = ExchangeRest(exchange.rest_url, timeout=20.0, budget=told, used_weight_header=USED_WEIGHT_HEADER)
        info = msgspec.json.decode(await rest.get("/api/v3/exchangeInfo", weight=20))
        (limit,) = (one["limit"] for one in info["rateLimits"] if one["rateLimitType"] == "REQUEST_WEIGHT")
        assert limit == per_minute * 5 > default_of("EXCHANGE_REST_WEIGHT_CEILING")
        assert rest.used_weight == ours.used_weight + 20 > 20
