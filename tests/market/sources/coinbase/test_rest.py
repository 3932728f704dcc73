"""Coinbase's REST: what it is asked, and what its refusals mean."""

from collections.abc import AsyncIterator

import pytest

from streaming.clock import SystemClock
from streaming.events import Interval, Side, Source
from streaming.market.sources.coinbase.rest import CoinbaseRest
from streaming.market.sources.errors import (
    ExchangeBusyError,
    ExchangeUnavailableError,
    ParseError,
    QuestionRefusedError,
)
from streaming.market.sources.rest.client import ExchangeRest
from streaming.market.sources.rest.weight_budget import WeightBudget
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.market.sources.coinbase.scripted_coinbase import ScriptedCoinbase, answer, product
from tests.waiting import LIMIT_SECONDS

CANDLES, TRADES = "/products/BTC-USD/candles", "/products/BTC-USD/trades"
OPENS = 1_783_465_200_000
"""2026-07-07 23:00 UTC, when the minute opens that runs."""


@pytest.fixture
async def coinbase() -> AsyncIterator[ScriptedCoinbase]:
    """Run a Coinbase."""
    scripted = ScriptedCoinbase()
    await scripted.start()
    yield scripted
    await scripted.stop()


@pytest.fixture
def rest(coinbase: ScriptedCoinbase) -> CoinbaseRest:
    """Return its interface at 23:00:30, with a budget that no test uses up."""
    http = ExchangeRest(coinbase.rest_url, timeout=LIMIT_SECONDS, budget=WeightBudget(10_000, SystemClock()))
    return CoinbaseRest(http, ManualClock(OPENS + 30_000))


def trade(number: int) -> dict[str, object]:
    """Return a row of trades: its side is the maker's."""
    return {"trade_id": number, "side": "sell", "size": "1.00000000", "price": "10.0", "time": "2026-07-07T23:00:01Z"}


@rule("C.17", "C.8")
async def test_a_candles_volume_is_in_the_products_steps_and_what_was_paid_is_estimated(
    coinbase: ScriptedCoinbase, rest: CoinbaseRest
) -> None:
    coinbase.rest[CANDLES] = answer([[OPENS // 1000, 9, 12, 10, 11, 2.000000000001]])
    (row,) = await rest.candles("BTC-USD", Interval.MINUTE_1, start=OPENS, limit=1)
    assert [str(value) for value in (row.open, row.high, row.low, row.close, row.volume)] == [
        "10", "12", "9", "11", "2.00000000",
    ]  # fmt: skip
    assert (str(row.quote_volume), row.trades, row.close_time) == ("21.33333333", 0, OPENS + 59_999)
    assert coinbase.rest_requests == [
        "/products/BTC-USD",
        f"{CANDLES}?granularity=60&start=2026-07-07T23%3A00%3A00Z&end=2026-07-07T23%3A00%3A00Z",
    ]


@rule("C.10")
async def test_an_interval_that_it_has_no_candles_of_is_not_asked_for(
    coinbase: ScriptedCoinbase, rest: CoinbaseRest
) -> None:
    with pytest.raises(QuestionRefusedError) as refused:
        await rest.candles("BTC-USD", Interval.MINUTE_30, limit=2)
    assert refused.value.message == "Coinbase has no candles of 30m"
    assert not coinbase.rest_requests


async def test_volumes_of_a_product_without_a_step_cannot_be_read(
    coinbase: ScriptedCoinbase, rest: CoinbaseRest
) -> None:
    coinbase.rest["/products/BTC-USD"] = answer(product("BTC-USD", base_increment=None))
    with pytest.raises(ParseError, match="no step"):
        await rest.candles("BTC-USD", Interval.MINUTE_1, limit=2)


@rule("C.19")
async def test_trades_from_an_id_are_those_before_a_later_one(coinbase: ScriptedCoinbase, rest: CoinbaseRest) -> None:
    coinbase.rest[TRADES] = answer([trade(9), trade(8), trade(7)])
    assert [row.trade_id for row in await rest.trades_from("BTC-USD", 8)] == [8, 9]
    newest = await rest.newest_trades("BTC-USD")
    assert [(row.trade_id, row.taker_side) for row in newest] == [(7, Side.BUY), (8, Side.BUY), (9, Side.BUY)]
    assert coinbase.rest_requests == [f"{TRADES}?limit=1000&after=1008", f"{TRADES}?limit=1000"]


async def test_a_ticker_is_that_of_the_day_with_the_best_prices(coinbase: ScriptedCoinbase, rest: CoinbaseRest) -> None:
    coinbase.rest["/products/BTC-USD/stats"] = answer({"open": "80", "high": "120", "low": "70", "volume": "20.5"})
    coinbase.rest["/products/BTC-USD/ticker"] = answer({"price": "100.5", "bid": "100", "ask": "101"})
    ticker = await rest.ticker("BTC-USD", label=Source.COINBASE)
    assert (str(ticker.open), str(ticker.change), str(ticker.change_percent)) == ("80", "20.5", "25.625")
    assert (str(ticker.ask), str(ticker.volume), ticker.previous_close, ticker.quote_volume) == (
        "101", "20.5", None, None,
    )  # fmt: skip


@rule("C.20")
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "TRADING"),
        ({"limit_only": True}, "TRADING"),
        ({"status": "offline", "post_only": True}, "OFFLINE"),
        ({"post_only": True}, "POST_ONLY"),
        ({"auction_mode": True}, "AUCTION_MODE"),
    ],
)
async def test_a_products_status_says_what_holds_it(
    coinbase: ScriptedCoinbase, rest: CoinbaseRest, changes: dict[str, object], status: str
) -> None:
    coinbase.rest["/products"] = answer([product("BTC-USD", **changes), {"id": "odd"}])
    listed = await rest.symbols()
    assert [(symbol.name, symbol.status) for symbol in listed.symbols] == [("BTC-USD", status)]
    assert (listed.unreadable, str(listed.symbols[0].step_size)) == (1, "1E-8")


@rule("C.19")
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, QuestionRefusedError),
        (400, QuestionRefusedError),
        (429, ExchangeBusyError),
        (500, ExchangeUnavailableError),
    ],
)
async def test_a_refusal_means_what_its_status_says(
    coinbase: ScriptedCoinbase, rest: CoinbaseRest, status: int, error: type[Exception]
) -> None:
    coinbase.rest[TRADES] = answer({"message": "NotFound"}, status)
    with pytest.raises(error) as raised:
        await rest.newest_trades("BTC-USD")
    if isinstance(raised.value, QuestionRefusedError):
        assert (raised.value.message, raised.value.is_of_symbol) == ("NotFound", status == 404)


async def test_it_tells_its_time(coinbase: ScriptedCoinbase, rest: CoinbaseRest) -> None:
    coinbase.rest["/time"] = answer({"iso": "2026-07-07T23:00:00.123Z", "epoch": 1783465200.123})
    assert (await rest.time(), rest.used_weight) == (OPENS + 123, 0)
