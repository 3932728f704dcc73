"""What is below `ticker`: windows and days that agree with the candles, and whom the parameters leave out."""

from typing import Any

import httpx2
import pytest

from streaming.simulator.candles.candles import DAY, HOUR, MINUTE
from streaming.simulator.rest.tickers import day_weight, window_weight
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.simulator.conftest import Get

MINI = [
    "symbol", "openPrice", "highPrice", "lowPrice", "lastPrice", "volume", "quoteVolume", "openTime", "closeTime",
    "firstId", "lastId", "count",
]  # fmt: skip
FULL = ["symbol", "priceChange", "priceChangePercent", "weightedAvgPrice", *MINI[1:]]


async def held(get: Get, start: int, end: int) -> dict[str, Any]:
    """Return what a ticker tells of a span, by its minutes."""
    minutes: list[Any] = []
    while page := await get("klines", symbol="BTCUSDT", interval="1m", startTime=start, endTime=end, limit=1000):
        minutes += page
        start = page[-1][6] + 1
    return {
        "openPrice": minutes[0][1],
        "highPrice": max((minute[2] for minute in minutes), key=float),
        "lowPrice": min((minute[3] for minute in minutes), key=float),
        "lastPrice": minutes[-1][4],
        "count": sum(minute[8] for minute in minutes),
    }


@rule("1.6.5")
@pytest.mark.parametrize(
    ("size", "length"), [("1m", MINUTE), ("59m", 59 * MINUTE), ("23h", 23 * HOUR), ("", DAY), ("7d", 7 * DAY)]
)
async def test_it_tells_a_rolling_window_that_opens_on_a_minute(
    get: Get, clock: ManualClock, size: str, length: int
) -> None:
    ticker = await get("ticker", symbol="BTCUSDT", **({"windowSize": size} if size else {}))
    assert list(ticker) == FULL
    now = clock.now_ms()
    assert (ticker["openTime"], ticker["closeTime"]) == ((now - length) // MINUTE * MINUTE, now)
    expected = await held(get, ticker["openTime"], now)
    assert {name: ticker[name] for name in expected} == expected
    assert float(ticker["priceChange"]) == pytest.approx(float(ticker["lastPrice"]) - float(ticker["openPrice"]))
    assert ticker["lastId"] - ticker["firstId"] + 1 == ticker["count"]


@rule("1.6.5")
@pytest.mark.parametrize(("zone", "offset"), [("0", 0), ("8", 8 * HOUR), ("-1:00", -HOUR), ("05:45", 345 * MINUTE)])
async def test_it_tells_the_day_of_a_time_zone(get: Get, clock: ManualClock, zone: str, offset: int) -> None:
    day = await get("ticker/tradingDay", symbol="BTCUSDT", timeZone=zone)
    assert list(day) == FULL
    opens = (clock.now_ms() + offset) // DAY * DAY - offset
    assert (day["openTime"], day["closeTime"]) == (opens, opens + DAY - 1)
    [candle] = await get("klines", symbol="BTCUSDT", interval="1d", timeZone=zone, limit=1)
    names = (
        "openTime",
        "openPrice",
        "highPrice",
        "lowPrice",
        "lastPrice",
        "volume",
        "closeTime",
        "quoteVolume",
        "count",
    )
    assert [day[name] for name in names] == candle[:9]
    expected = await held(get, opens, clock.now_ms())
    assert {name: day[name] for name in expected} == expected


@rule("1.6.5")
@pytest.mark.parametrize("path", ["ticker/24hr", "ticker", "ticker/tradingDay"])
async def test_it_tells_less_where_the_short_type_is_asked_for(get: Get, path: str) -> None:
    full = await get(path, symbol="BTCUSDT", type="FULL")
    assert await get(path, symbol="BTCUSDT") == full
    mini = await get(path, symbol="BTCUSDT", type="MINI")
    assert list(mini) == MINI
    assert mini == {name: full[name] for name in MINI}
    assert await get(path, symbols='["BTCUSDT"]', type="MINI") == [mini]


@rule("1.6.4")
@pytest.mark.parametrize("path", ["ticker/24hr", "ticker", "ticker/tradingDay", "ticker/price", "ticker/bookTicker"])
async def test_it_leaves_out_symbols_of_another_status(get: Get, http: httpx2.AsyncClient, path: str) -> None:
    both = '["LUNAUSDT","BTCUSDT"]'
    [row] = await get(path, symbols=both, symbolStatus="TRADING")
    assert row["symbol"] == "BTCUSDT"
    assert await get(path, symbols='["BTCUSDT"]', symbolStatus="HALT") == []
    for symbol, status in (("LUNAUSDT", "TRADING"), ("BTCUSDT", "BREAK")):
        refused = await http.get(f"/api/v3/{path}", params={"symbol": symbol, "symbolStatus": status})
        assert (refused.status_code, refused.json()["code"]) == (400, -1220)
        assert refused.json()["msg"] == "The symbol's status does not match the requested symbolStatus."


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("ticker", -1102, "Param 'symbol' or 'symbols' must be sent, but both were empty/null!"),
        ("ticker/tradingDay?timeZone=8", -1102, "Param 'symbol' or 'symbols' must be sent"),
        ("ticker?symbol=BTCUSDT&windowSize=60m", -1130, "parameter 'windowSize'"),
        ("ticker?symbol=BTCUSDT&windowSize=24h", -1130, "parameter 'windowSize'"),
        ("ticker?symbol=BTCUSDT&windowSize=8d", -1130, "parameter 'windowSize'"),
        ("ticker?symbol=BTCUSDT&windowSize=1d2h", -1130, "parameter 'windowSize'"),
        ("ticker?symbol=BTCUSDT&type=SOME", -1139, "Invalid ticker type."),
        ("ticker?symbol=NOPEUSDT", -1121, "Invalid symbol."),
        ("ticker?symbol=NOPEUSDT&symbolStatus=TRADING", -1121, "Invalid symbol."),
        ("ticker?symbol=LUNAUSDT&symbolStatus=BREAK", -1122, "Invalid symbolStatus."),
        ("ticker?symbols=%5B" + ",".join(f"%22C{n}USDT%22" for n in range(101)) + "%5D", -1101, "received '101'"),
        ("ticker/24hr?symbolStatus=GONE", -1122, "Invalid symbolStatus."),
        ("ticker/tradingDay?symbol=BTCUSDT&timeZone=14:01", -1130, "parameter 'timeZone'"),
        ("ticker/tradingDay?symbol=BTCUSDT&timeZone=-12:01", -1130, "parameter 'timeZone'"),
        ("ticker/price?symbol=BTCUSDT&type=MINI", -1104, "Not all sent parameters were read"),
    ],
)
async def test_it_refuses_in_the_words_of_the_exchange(
    http: httpx2.AsyncClient, query: str, code: int, words: str
) -> None:
    response = await http.get(f"/api/v3/{query}")
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert words in response.json()["msg"]


@pytest.mark.parametrize(("symbols", "weight"), [(1, 2), (20, 2), (21, 40), (100, 40), (101, 80), (None, 80)])
def test_it_weighs_day_tickers_by_their_number(symbols: int | None, weight: int) -> None:
    assert day_weight(symbols) == weight


@pytest.mark.parametrize(("symbols", "weight"), [(1, 4), (50, 200), (51, 200), (100, 200)])
def test_it_weighs_windows_by_the_symbol_up_to_200(symbols: int, weight: int) -> None:
    assert window_weight(symbols) == weight
