"""Whatever is asked of the REST API, it answers or refuses; it never fails."""

import asyncio
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.candles.candles import INTERVALS
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from streaming.simulator.rest.api import RestApi
from streaming.simulator.rest.listing import Listing
from streaming.simulator.rest.parameters import Parameters, RestError
from streaming.simulator.rest.weights import RequestWeights
from tests.examples import examples
from tests.manual_clock import ManualClock

START = 1_795_003_200_000
ENDPOINTS = (
    "ping", "time", "exchangeInfo", "klines", "uiKlines", "depth", "trades", "historicalTrades", "aggTrades",
    "avgPrice", "ticker", "ticker/24hr", "ticker/tradingDay", "ticker/price", "ticker/bookTicker",
    "historicalBlockTrades", "referencePrice", "referencePrice/calculation", "executionRules",
)  # fmt: skip


def opened() -> RestApi:
    market = Market(seed=1, start=START, instruments=INSTRUMENTS[:1])
    list(market.open_each())
    return RestApi(market, ManualClock(START), RequestWeights(10**9), Listing(market, (), ()))


API = opened()

values = st.sampled_from(["BTCUSDT", *INTERVALS, '["BTCUSDT"]', "", "0", "1000", "TRADING"]) | st.text(max_size=12)
numbers = st.integers(-(10**20), 10**20).map(str) | st.integers(START - 10**10, START + 10**10).map(str)
queries = st.fixed_dictionaries(
    {},
    optional={
        "symbol": st.just("BTCUSDT") | values,
        "interval": st.sampled_from(INTERVALS) | values,
        "startTime": numbers | values,
        "endTime": numbers | values,
        "limit": st.integers(1, 20).map(str) | numbers | values,
        "fromId": numbers,
        "symbols": values,
        "symbolStatus": st.sampled_from(["TRADING", "BREAK"]) | values,
        "timeZone": st.sampled_from(["0", "8", "-1:00", "14:00", "05:45"]) | values,
        "windowSize": st.sampled_from(["1m", "59m", "4h", "7d", "8d"]) | values,
        "type": st.sampled_from(["FULL", "MINI"]) | values,
        "permissions": st.sampled_from(["SPOT", '["MARGIN","SPOT"]']) | values,
        "other": values,
    },
)


@given(st.sampled_from(ENDPOINTS), queries.map(urlencode) | st.text(max_size=40).map(quote))
@examples(300)
def test_it_answers_or_refuses_anything(endpoint: str, query: str) -> None:
    answer = asyncio.run(API.answer(f"/api/v3/{endpoint}", query))
    assert answer is not None
    assert answer.status in (200, 400)
    if answer.status == 400:
        assert json.loads(answer.body)["code"] < -1000


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("query", ["startTime=99999999999999999999", "endTime=0", "startTime=9&endTime=8"])
def test_it_finds_no_candles_outside_of_its_time(interval: str, query: str) -> None:
    answer = asyncio.run(API.answer("/api/v3/klines", f"symbol=BTCUSDT&interval={interval}&{query}"))
    assert answer is not None
    assert (answer.status, answer.body) == (200, b"[]")


def test_it_reads_numbers_texts_and_limits() -> None:
    parameters = Parameters("symbol=BTCUSDT&limit=7000&startTime=12")
    assert parameters.required_symbol() == "BTCUSDT"
    assert parameters.limit(500, 1000) == 1000
    assert parameters.number("startTime") == 12
    assert parameters.number("endTime") is None
    parameters.finish()


def test_it_refuses_what_nobody_read() -> None:
    with pytest.raises(RestError, match="read '0' parameter") as refusal:
        Parameters("a=1&b=2").finish()
    assert (refusal.value.code, refusal.value.status) == (-1104, 400)
