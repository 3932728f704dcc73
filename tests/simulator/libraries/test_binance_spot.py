"""The newest @binance/spot against the simulated exchange: all market data that it offers, asked by binance_spot.js."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from streaming.simulator.candles.candles import DAY, HOUR, MINUTE
from streaming.simulator.server import SimulatedExchange
from tests.services import need_node, need_node_module

SCRIPT = Path(__file__).parent / "binance_spot.js"
SECONDS = 60
EAST = 16 * HOUR
"""When a day begins at UTC+8."""
INTERFACES = ("rest", "api")
EVENTS = {
    "aggTrade": "aggTrade", "avgPrice": "avgPrice", "diffBookDepth": "depthUpdate", "kline": "kline",
    "klineOffset": "kline", "miniTicker": "24hrMiniTicker", "rollingWindowTicker": "4hTicker",
    "ticker": "24hrTicker", "trade": "trade",
}  # fmt: skip
"""Those of streams that tell of one thing at a time, by the method."""

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def answers(exchange: SimulatedExchange) -> Any:
    """Run the library once; return what came of each method."""
    node = need_node()
    need_node_module("@binance/spot")
    ended = subprocess.run(
        [node, SCRIPT, exchange.rest_url, exchange.stream_url],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.mark.parametrize("interface", INTERFACES)
def test_it_reads_symbols_order_book_and_trades(answers: Any, interface: str) -> None:
    came = answers[interface]
    listed = {row["symbol"] for row in came["exchangeInfo"]["symbols"]}
    assert listed == ({"BTCUSDT", "ETHUSDT", "LUNAUSDT"} if interface == "rest" else {"BTCUSDT"})
    assert len(came["depth"]["bids"]) == len(came["depth"]["asks"]) == 5
    trades = ("getTrades", "historicalTrades") if interface == "rest" else ("tradesRecent", "tradesHistorical")
    together = "aggTrades" if interface == "rest" else "tradesAggregate"
    for method in (*trades, together):
        assert len(came[method]) == 5
    assert came["historicalBlockTrades" if interface == "rest" else "blockTradesHistorical"] == []
    assert came["executionRules"] == {"symbolRules": []}


@pytest.mark.parametrize("interface", INTERFACES)
def test_it_reads_candles_tickers_windows_days_and_prices(answers: Any, interface: str) -> None:
    came = answers[interface]
    for method in ("klines", "uiKlines"):
        assert [row[0] % DAY for row in came[method]] == [EAST] * 3
    day, window = came["ticker24hr"], came["ticker"]
    assert "bidPrice" not in day
    assert float(day["lowPrice"]) <= float(came["avgPrice"]["price"]) <= float(day["highPrice"])
    assert 0 <= window["closeTime"] - window["openTime"] - 4 * HOUR < MINUTE
    assert came["tickerTradingDay"]["openTime"] % DAY == EAST
    assert [row["symbol"] for row in came["tickerPrice"]] == ["BTCUSDT", "ETHUSDT"]
    top = came["tickerBookTicker" if interface == "rest" else "tickerBook"]
    assert float(top["bidPrice"]) < float(top["askPrice"])


def test_it_is_refused_with_the_words_of_the_exchange(answers: Any) -> None:
    without = "This symbol doesn't have a reference price."
    assert {method: refusal["message"] for method, refusal in answers["refused"].items()} == {
        "avgPrice": "Invalid symbol.", "referencePrice": without, "referencePriceCalculation": without,
    }  # fmt: skip


def test_it_hears_every_stream_of_market_data_that_has_something_to_tell(answers: Any) -> None:
    came = answers["streams"]
    assert set(came) == {*EVENTS, "allMarketRollingWindowTicker", "allMiniTicker", "partialBookDepth", "bookTicker"}
    assert {method: came[method]["e"] for method in EVENTS} == EVENTS
    assert {row["e"] for row in came["allMarketRollingWindowTicker"]} == {"1hTicker"}
    assert {row["e"] for row in came["allMiniTicker"]} == {"24hrMiniTicker"}
    assert len(came["partialBookDepth"]["bids"]) == 5
    assert float(came["bookTicker"]["b"]) < float(came["bookTicker"]["a"])
    assert came["klineOffset"]["k"]["t"] % DAY == EAST
