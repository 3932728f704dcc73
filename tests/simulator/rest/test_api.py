"""REST over a real socket: it tells what the market holds, and refuses in the words of the exchange."""

from itertools import pairwise
from typing import Any

import httpx2
import pytest

from streaming.simulator.candles.candles import DAY, FIXED_LENGTHS, HOUR, INTERVALS, MINUTE, next_open_time
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.simulator.conftest import Get


async def test_it_answers_ping_and_tells_its_time(get: Get, clock: ManualClock) -> None:
    assert await get("ping") == {}
    assert await get("time") == {"serverTime": clock.now_ms()}


async def test_it_lists_symbols_with_their_filters_and_one_that_is_halted(get: Get) -> None:
    info = await get("exchangeInfo")
    status = {symbol["symbol"]: symbol["status"] for symbol in info["symbols"]}
    assert status == {"BTCUSDT": "TRADING", "ETHUSDT": "TRADING", "LUNAUSDT": "BREAK"}
    filters = {each["filterType"]: each for each in info["symbols"][0]["filters"]}
    assert filters["PRICE_FILTER"]["tickSize"] == "0.01000000"
    assert filters["LOT_SIZE"]["stepSize"] == "0.00001000"
    assert filters["NOTIONAL"]["minNotional"] == "5.00000000"
    assert filters["PERCENT_PRICE_BY_SIDE"]["bidMultiplierDown"] == "0.2"
    assert filters["MAX_NUM_ORDERS"]["maxNumOrders"] == 200
    assert {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000} in info[
        "rateLimits"
    ]


@pytest.mark.parametrize(
    ("parameters", "symbols"),
    [
        ({"symbol": "ETHUSDT"}, ["ETHUSDT"]),
        ({"symbols": '["LUNAUSDT","BTCUSDT"]'}, ["LUNAUSDT", "BTCUSDT"]),
        ({"symbolStatus": "BREAK"}, ["LUNAUSDT"]),
        ({"permissions": "SPOT"}, ["BTCUSDT", "ETHUSDT", "LUNAUSDT"]),
        ({"permissions": '["LEVERAGED","MARGIN"]', "symbolStatus": "TRADING"}, ["BTCUSDT", "ETHUSDT"]),
        ({"permissions": "TRD_GRP_002"}, []),
    ],
)
async def test_it_lists_the_symbols_asked_for(get: Get, parameters: dict[str, str], symbols: list[str]) -> None:
    info = await get("exchangeInfo", **parameters)
    assert [symbol["symbol"] for symbol in info["symbols"]] == symbols


async def test_it_leaves_permission_sets_empty_where_they_are_not_wanted(get: Get) -> None:
    [shown] = (await get("exchangeInfo", symbol="BTCUSDT"))["symbols"]
    [hidden] = (await get("exchangeInfo", symbol="BTCUSDT", showPermissionSets="false"))["symbols"]
    assert shown["permissionSets"] == [["SPOT", "MARGIN"]]
    assert hidden == {**shown, "permissionSets": []}


@rule("1.6.5")
async def test_it_gives_candles_of_another_time_zone(get: Get) -> None:
    days = await get("klines", symbol="BTCUSDT", interval="1d", timeZone="8", limit=3)
    assert [day[0] % DAY for day in days] == [16 * HOUR] * 3
    for day in days[:2]:
        hours = await get("klines", symbol="BTCUSDT", interval="1h", startTime=day[0], endTime=day[6])
        assert (len(hours), hours[0][1], hours[-1][4]) == (24, day[1], day[4])
        assert sum(hour[8] for hour in hours) == day[8]
    assert await get("uiKlines", symbol="BTCUSDT", interval="1d", timeZone="08:00", limit=3) == days
    assert days[1:] == await get("klines", symbol="BTCUSDT", interval="1d", timeZone="8", startTime=days[0][0] + 1)


@pytest.mark.parametrize("interval", INTERVALS)
async def test_it_gives_candles_of_every_interval_up_to_the_running_one(
    get: Get, exchange: SimulatedExchange, interval: str
) -> None:
    rows = await get("klines", symbol="BTCUSDT", interval=interval, limit=70)
    assert len(rows) == 70
    symbol = exchange.market.symbols["BTCUSDT"]
    running = symbol.candles.running(interval).snapshot()
    assert rows[-1] == [
        running.open_time,
        *(symbol.instrument.price_text(price) for price in (running.open, running.high, running.low, running.close)),
        symbol.instrument.quantity_text(running.volume),
        next_open_time(interval, running.open_time) - 1,
        symbol.instrument.quote_text(running.quote_volume),
        running.trades,
        symbol.instrument.quantity_text(running.taker_volume),
        symbol.instrument.quote_text(running.taker_quote_volume),
        "0",
    ]
    for earlier, later in pairwise(rows):
        assert later[0] == earlier[6] + 1


async def test_it_gives_the_candles_of_a_span(get: Get, clock: ManualClock) -> None:
    now = clock.now_ms() // MINUTE * MINUTE
    start, end = now - 10 * MINUTE, now - 5 * MINUTE
    rows = await get("klines", symbol="BTCUSDT", interval="1m", startTime=start, endTime=end)
    assert [row[0] for row in rows] == list(range(start, end + 1, MINUTE))
    oldest = await get("klines", symbol="BTCUSDT", interval="1m", startTime=start, limit=2)
    assert oldest == rows[:2]
    assert len(await get("klines", symbol="BTCUSDT", interval="5m", limit=5000)) == 1000
    assert len(await get("klines", symbol="BTCUSDT", interval="1h")) == 500


async def test_it_tells_the_same_in_an_hour_and_in_its_minutes(get: Get) -> None:
    hours = await get("klines", symbol="ETHUSDT", interval="1h", limit=24)
    for hour in hours:
        minutes = await get("klines", symbol="ETHUSDT", interval="1m", startTime=hour[0], endTime=hour[6])
        assert max(float(minute[2]) for minute in minutes) == float(hour[2])
        assert min(float(minute[3]) for minute in minutes) == float(hour[3])
        assert sum(minute[8] for minute in minutes) == hour[8]
        assert (minutes[0][1], minutes[-1][4]) == (hour[1], hour[4])


async def test_it_shows_the_book(get: Get, exchange: SimulatedExchange) -> None:
    symbol = exchange.market.symbols["BTCUSDT"]
    depth = await get("depth", symbol="BTCUSDT", limit=5)
    assert depth["lastUpdateId"] == symbol.book.update_id
    assert (len(depth["bids"]), len(depth["asks"])) == (5, 5)
    best = symbol.book.bids.best
    assert best is not None
    assert depth["bids"][0] == [
        symbol.instrument.price_text(best.price),
        symbol.instrument.quantity_text(best.quantity),
    ]
    top = await get("ticker/bookTicker", symbol="BTCUSDT")
    assert [top["bidPrice"], top["bidQty"]] == depth["bids"][0]
    assert [top["askPrice"], top["askQty"]] == depth["asks"][0]
    assert len((await get("depth", symbol="BTCUSDT", limit=6000))["bids"]) == len(symbol.book.bids)


async def test_it_shows_the_last_trades(get: Get, exchange: SimulatedExchange) -> None:
    symbol = exchange.market.symbols["BTCUSDT"]
    [row] = await get("trades", symbol="BTCUSDT", limit=1)
    last = symbol.trades[-1]
    assert row == {
        "id": last.trade_id,
        "price": symbol.instrument.price_text(last.price),
        "qty": symbol.instrument.quantity_text(last.quantity),
        "quoteQty": symbol.instrument.quote_text(last.amount),
        "time": last.time,
        "isBuyerMaker": last.buyer_is_maker,
        "isBestMatch": True,
    }
    assert len(await get("trades", symbol="BTCUSDT")) == min(500, len(symbol.trades))
    aggregates = await get("aggTrades", symbol="BTCUSDT")
    assert aggregates[-1]["l"] == last.trade_id
    again = await get("aggTrades", symbol="BTCUSDT", fromId=aggregates[3]["a"], limit=2)
    assert again == aggregates[3:5]


async def test_it_tells_24_hours_that_agree_with_the_candles(get: Get) -> None:
    day = await get("ticker/24hr", symbol="BTCUSDT")
    first = await get("klines", symbol="BTCUSDT", interval="1m", startTime=day["openTime"], limit=1000)
    rest = await get("klines", symbol="BTCUSDT", interval="1m", startTime=first[-1][6] + 1, limit=1000)
    minutes = first + rest
    assert day["openPrice"] == minutes[0][1]
    assert float(day["highPrice"]) == max(float(minute[2]) for minute in minutes)
    assert float(day["lowPrice"]) == min(float(minute[3]) for minute in minutes)
    assert day["lastPrice"] == minutes[-1][4]
    assert day["count"] == sum(minute[8] for minute in minutes) == day["lastId"] - day["firstId"] + 1
    assert float(day["volume"]) == pytest.approx(sum(float(minute[5]) for minute in minutes), abs=1e-6)
    assert float(day["quoteVolume"]) == pytest.approx(sum(float(minute[7]) for minute in minutes), abs=1e-3)
    average = float(day["quoteVolume"]) / float(day["volume"])
    assert float(day["weightedAvgPrice"]) == pytest.approx(average, rel=1e-9)


async def test_it_tells_tickers_of_one_several_or_all_symbols(get: Get) -> None:
    both = await get("ticker/24hr")
    assert [row["symbol"] for row in both] == ["BTCUSDT", "ETHUSDT"]
    assert await get("ticker/24hr", symbols='["ETHUSDT"]') == both[1:]
    price = await get("ticker/price", symbol="ETHUSDT")
    assert price == {"symbol": "ETHUSDT", "price": both[1]["lastPrice"]}
    assert len(await get("ticker/price")) == len(await get("ticker/bookTicker")) == 2


async def test_it_tells_the_average_price_of_five_minutes(get: Get) -> None:
    average = await get("avgPrice", symbol="BTCUSDT")
    minutes = await get("klines", symbol="BTCUSDT", interval="1m", limit=5)
    expected = sum(float(row[7]) for row in minutes) / sum(float(row[5]) for row in minutes)
    assert average["mins"] == 5
    assert float(average["price"]) == pytest.approx(expected, rel=1e-9)


async def test_it_has_no_block_trades_and_no_execution_rules(get: Get) -> None:
    assert await get("historicalBlockTrades", symbol="BTCUSDT", fromId=0) == []
    assert await get("executionRules", symbol="BTCUSDT") == {"symbolRules": []}


async def test_it_tells_times_in_microseconds_where_the_header_asks(http: httpx2.AsyncClient) -> None:
    headers = {"X-MBX-TIME-UNIT": "MICROSECOND"}
    response = await http.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1", headers=headers)
    [row] = response.json()
    assert row[0] % 1_000_000 == 0
    assert row[6] == row[0] + FIXED_LENGTHS["1m"] * 1000 - 1


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("klines?symbol=NOPEUSDT&interval=1m", -1121, "Invalid symbol."),
        ("klines?symbol=LUNAUSDT&interval=1m", -1122, "Invalid symbolStatus."),
        ("klines?symbol=btcusdt&interval=1m", -1100, "Illegal characters found in parameter 'symbol'"),
        ("klines?interval=1m", -1102, "Mandatory parameter 'symbol' was not sent"),
        ("klines?symbol=&interval=1m", -1105, "Parameter 'symbol' was empty."),
        ("klines?symbol=BTCUSDT", -1102, "Mandatory parameter 'interval'"),
        ("klines?symbol=BTCUSDT&interval=7m", -1120, "Invalid interval."),
        ("klines?symbol=BTCUSDT&interval=1m&limit=0", -1130, "Data sent for parameter 'limit' is not valid."),
        ("klines?symbol=BTCUSDT&interval=1m&limit=-5", -1100, "Illegal characters found in parameter 'limit'"),
        ("klines?symbol=BTCUSDT&interval=1m&startTime=now", -1100, "parameter 'startTime'"),
        ("klines?symbol=BTCUSDT&interval=1m&colour=red", -1104, "read '2' parameter(s) but was sent '3'"),
        ("ping?x=1", -1104, "Not all sent parameters were read"),
        ("exchangeInfo?symbol=NOPE", -1121, "Invalid symbol."),
        ("exchangeInfo?symbolStatus=GONE", -1122, "Invalid symbolStatus."),
        ("exchangeInfo?symbol=BTCUSDT&symbolStatus=TRADING", -1128, "Combination of optional parameters"),
        ("exchangeInfo?symbol=BTCUSDT&permissions=SPOT", -1128, "Combination of optional parameters"),
        ("exchangeInfo?permissions=spot", -1130, "parameter 'permissions'"),
        ("exchangeInfo?permissions=%5B7%5D", -1130, "parameter 'permissions'"),
        ("exchangeInfo?showPermissionSets=yes", -1130, "parameter 'showPermissionSets'"),
        ("klines?symbol=BTCUSDT&interval=1d&timeZone=Asia", -1130, "parameter 'timeZone'"),
        ("depth?symbol=BTCUSDT&symbolStatus=HALT", -1220, "does not match the requested symbolStatus"),
        ("ticker/24hr?symbols=BTCUSDT", -1100, "parameter 'symbols'"),
        ("ticker/24hr?symbols=%5B%5D", -1100, "parameter 'symbols'"),
        ("ticker/24hr?symbol=BTCUSDT&symbols=%5B%22BTCUSDT%22%5D", -1128, "Combination of optional parameters"),
        ("depth", -1102, "Mandatory parameter 'symbol'"),
        ("referencePrice?symbol=BTCUSDT", -2043, "This symbol doesn't have a reference price."),
        ("referencePrice/calculation?symbol=BTCUSDT", -2043, "This symbol doesn't have a reference price."),
        ("historicalBlockTrades?symbol=BTCUSDT", -1102, "Mandatory parameter 'fromId'"),
        ("executionRules?symbol=NOPEUSDT", -1121, "Invalid symbol."),
    ],
)
async def test_it_refuses_in_the_words_of_the_exchange(
    http: httpx2.AsyncClient, path: str, code: int, words: str
) -> None:
    response = await http.get(f"/api/v3/{path}")
    refusal = response.json()
    assert (response.status_code, refusal["code"]) == (400, code)
    assert words in refusal["msg"]
    assert set(refusal) == {"code", "msg"}


@pytest.mark.parametrize("path", ["/", "/api/v3/nothing", "/api/v1/time", "/wss", "/streams", "/apiv3/ping"])
async def test_it_knows_no_other_path(http: httpx2.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


async def test_it_counts_the_weight_of_a_minute(http: httpx2.AsyncClient, clock: ManualClock) -> None:
    async def used(path: str) -> int:
        response = await http.get(f"/api/v3/{path}")
        return int(response.headers["X-MBX-USED-WEIGHT-1M"])

    weights: dict[str, Any] = {
        "ping": 1,
        "exchangeInfo": 20,
        "klines?symbol=BTCUSDT&interval=1m&limit=1": 2,
        "depth?symbol=BTCUSDT&limit=100": 5,
        "depth?symbol=BTCUSDT&limit=5000": 250,
        "trades?symbol=BTCUSDT": 25,
        "ticker/24hr?symbol=BTCUSDT": 2,
        "ticker/24hr": 80,
        "ticker/price": 4,
        "ticker?symbol=BTCUSDT&windowSize=7d": 4,
        "ticker/tradingDay?symbols=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D": 8,
    }
    before = 0
    for path, weight in weights.items():
        after = await used(path)
        assert after - before == weight, path
        before = after
    clock.advance(60)
    assert await used("ping") == 1


async def test_it_refuses_with_429_over_the_limit_and_says_when_to_come_back(clock: ManualClock) -> None:
    exchange = SimulatedExchange(clock=clock, settings=ExchangeSettings(weight_limit=2, tick_interval=None))
    await exchange.start()
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False) as http:
        answers = [await http.get("/api/v3/ping") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["code"] == -1003
        clock.advance(int(answers[2].headers["Retry-After"]))
        assert (await http.get("/api/v3/ping")).status_code == 200
    await exchange.stop()


async def test_it_shows_the_trades_of_ten_seconds_with_no_id_missing(
    get: Get, exchange: SimulatedExchange, clock: ManualClock
) -> None:
    [last] = await get("trades", symbol="BTCUSDT", limit=1)
    made: list[int] = []
    for _ in range(10):
        clock.advance(1)
        await exchange.tick()
        made = [trade.trade_id for trade in exchange.market.symbols["BTCUSDT"].trades if trade.trade_id > last["id"]]
    rows = await get("trades", symbol="BTCUSDT", limit=1000)
    assert [row["id"] for row in rows if row["id"] > last["id"]] == made
    assert made == list(range(last["id"] + 1, last["id"] + 1 + len(made)))


async def test_it_pages_through_the_trades_that_are_kept(get: Get, exchange: SimulatedExchange) -> None:
    kept = [trade.trade_id for trade in exchange.market.symbols["BTCUSDT"].trades]
    found: list[int] = []
    while page := await get("historicalTrades", symbol="BTCUSDT", fromId=found[-1] + 1 if found else 1, limit=20):
        found += [row["id"] for row in page]
    assert found == kept
    assert await get("historicalTrades", symbol="BTCUSDT", limit=3) == await get("trades", symbol="BTCUSDT", limit=3)
