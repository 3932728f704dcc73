"""The simulated Coinbase's REST, read by the platform's own parser."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from streaming.market.sources.coinbase import rest_parser
from streaming.simulator.coinbase.exchange import SimulatedCoinbase
from streaming.simulator.server import SimulatedExchange
from tests.manual_clock import ManualClock
from tests.market.sources.recordings import lines_of, where_recorded
from tests.simulator.conftest import NOON
from tests.simulator.talking import pass_time

STEP = Decimal("0.00000001")


@pytest.fixture
async def rest(coinbase: SimulatedCoinbase) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=coinbase.rest_url, trust_env=False, timeout=30) as client:
        yield client


async def fetched(rest: httpx2.AsyncClient, path: str) -> bytes:
    response = await rest.get(path)
    assert response.status_code == 200, response.text
    return response.content


async def test_products_are_listed_and_one_is_one_of_them(rest: httpx2.AsyncClient) -> None:
    products = rest_parser.parse_products(await fetched(rest, "/products"))
    assert [product.symbol for product in products.products] == ["BTC-USD", "BTC-USDT", "ETH-USD", "ETH-USDT"]
    assert products.unreadable == 0
    one = rest_parser.parse_product(await fetched(rest, "/products/BTC-USD"))
    assert one == products.products[0]
    assert (one.is_tradable, one.price_step) == (True, Decimal("0.01"))


async def test_candles_are_low_high_open_close_newest_first_with_the_noise_of_floats(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, rest: httpx2.AsyncClient
) -> None:
    await pass_time(exchange, clock, 90)
    body = await fetched(rest, "/products/BTC-USD/candles?granularity=60")
    raw = json.loads(body, parse_float=Decimal)
    assert [row[0] for row in raw] == sorted((row[0] for row in raw), reverse=True)
    assert any(len(str(row[5]).partition(".")[2]) > 8 for row in raw)
    candles = {row.open_time: row for row in rest_parser.parse_candles(body, quantity_step=STEP)}
    market = coinbase.market.pairs["BTC-USD"]
    for time in (NOON - 60_000, NOON, NOON + 60_000):
        row = market.candles.row(time, 60_000)
        told = (candles[time].open, candles[time].high, candles[time].low, candles[time].close)
        assert told == tuple(Decimal(price) / 100 for price in (row.open, row.high, row.low, row.close))
        assert candles[time].volume == Decimal(market.pair.quantity_text(row.volume))


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


async def test_a_range_of_300_granularities_has_301_rows_and_a_longer_one_is_refused(rest: httpx2.AsyncClient) -> None:
    end = NOON // 1000 - 86_400
    start = end - 300 * 3600
    whole = f"/products/BTC-USD/candles?granularity=3600&start={moment(start)}&end={moment(end)}"
    rows = json.loads(await fetched(rest, whole))
    assert (len(rows), rows[0][0], rows[-1][0]) == (301, end, start)
    response = await rest.get(f"/products/BTC-USD/candles?granularity=3600&start={start - 3600}&end={end}")
    assert response.status_code == 400
    assert "exceeds 300" in rest_parser.parse_error(response.content)


async def test_trades_are_paged_by_ids_newest_first(
    exchange: SimulatedExchange, clock: ManualClock, coinbase: SimulatedCoinbase, rest: httpx2.AsyncClient
) -> None:
    await pass_time(exchange, clock, 10)
    made = [trade.trade_id for trade in coinbase.market.pairs["BTC-USD"].trades]
    response = await rest.get("/products/BTC-USD/trades?limit=20")
    assert [trade.trade_id for trade in rest_parser.parse_trades(response.content)] == made[-20:]
    assert (response.headers["CB-BEFORE"], response.headers["CB-AFTER"]) == (str(made[-1]), str(made[-20]))
    older = await fetched(rest, f"/products/BTC-USD/trades?limit=20&after={made[-20]}")
    assert [trade.trade_id for trade in rest_parser.parse_trades(older)] == made[-40:-20]
    newer = await fetched(rest, f"/products/BTC-USD/trades?before={made[-4]}")
    assert [trade.trade_id for trade in rest_parser.parse_trades(newer)] == made[-3:]


async def test_book_ticker_and_statistics_agree(coinbase: SimulatedCoinbase, rest: httpx2.AsyncClient) -> None:
    best = json.loads(await fetched(rest, "/products/BTC-USD/book"))
    whole = json.loads(await fetched(rest, "/products/BTC-USD/book?level=2"))
    assert best["bids"] == whole["bids"][:1]
    assert len(whole["asks"]) == len(coinbase.market.pairs["BTC-USD"].book.asks)
    ticker = json.loads(await fetched(rest, "/products/BTC-USD/ticker"))
    statistics = json.loads(await fetched(rest, "/products/BTC-USD/stats"))
    assert (ticker["bid"], ticker["ask"]) == (whole["bids"][0][0], whole["asks"][0][0])
    assert (ticker["price"], ticker["volume"]) == (statistics["last"], statistics["volume"])


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/products/XYZ-USD", 404, "NotFound"),
        ("/products/BTC-USD/orders", 404, "NotFound"),
        ("/accounts", 404, "NotFound"),
        ("/products/BTC-USD/candles?granularity=120", 400, "Unsupported granularity"),
        ("/products/BTC-USD/candles?start=yesterday", 400, "Invalid start"),
        ("/products/BTC-USD/trades?limit=1001", 400, "Invalid limit"),
        ("/products/BTC-USD/book?level=3", 400, "Invalid level"),
    ],
)
async def test_refusals_are_words_alone(rest: httpx2.AsyncClient, path: str, status: int, words: str) -> None:
    response = await rest.get(path)
    assert (response.status_code, json.loads(response.content)) == (status, {"message": words})


async def test_fifteen_quick_requests_are_answered_and_then_ten_a_second(
    clock: ManualClock, rest: httpx2.AsyncClient
) -> None:
    for _ in range(15):
        assert rest_parser.parse_time(await fetched(rest, "/time")) == clock.now_ms()
    refused = await rest.get("/time")
    assert (refused.status_code, rest_parser.parse_error(refused.content)) == (429, "Public rate limit exceeded")
    clock.advance(0.1)
    await fetched(rest, "/time")


def members(answer: Any) -> Any:
    """Return the names of members, or the number of columns, of the first row."""
    row = answer[0] if isinstance(answer, list) else answer
    return len(row) if isinstance(row, list) else sorted(row)


@where_recorded
@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("restProduct", "/products/BTC-USD"),
        ("restBook", "/products/BTC-USD/book"),
        ("restTrades", "/products/BTC-USD/trades"),
        ("restCandles", "/products/BTC-USD/candles"),
        ("restTicker", "/products/BTC-USD/ticker"),
        ("restTime", "/time"),
    ],
)
async def test_answers_have_the_members_of_recorded_ones(rest: httpx2.AsyncClient, kind: str, path: str) -> None:
    known = [members(json.loads(case["raw"])) for case in lines_of("coinbase") if case["kind"] == kind]
    assert members(json.loads(await fetched(rest, path))) in known
