"""The simulated Kraken's REST, read by the platform's own parser."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from streaming.events import Interval
from streaming.market.sources.kraken import rest_parser
from streaming.market.sources.kraken.rest_parser import RestRefusedError, parse_result
from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.kraken.exchange import SimulatedKraken
from streaming.simulator.server import SimulatedExchange
from tests.manual_clock import ManualClock
from tests.market.sources.recordings import lines_of, where_recorded
from tests.simulator.conftest import NOON
from tests.simulator.talking import pass_time


@pytest.fixture
async def rest(kraken: SimulatedKraken) -> AsyncIterator[httpx2.AsyncClient]:
    address = kraken.rest_url + kraken.rest_path
    async with httpx2.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
        yield client


async def fetched(rest: httpx2.AsyncClient, path: str) -> bytes:
    response = await rest.get(path)
    assert response.status_code == 200
    return response.content


async def test_pairs_have_a_name_for_each_place(rest: httpx2.AsyncClient) -> None:
    body = await fetched(rest, "AssetPairs")
    pairs = rest_parser.parse_pairs(body).pairs
    assert [pair.symbol for pair in pairs] == ["BTC/USD", "BTC/USDT", "ETH/USD", "ETH/USDT"]
    assert (pairs[0].price_step, pairs[0].quantity_step) == (Decimal("0.1"), Decimal("1E-8"))
    assert [str(pair.minimum_quantity) for pair in pairs] == ["0.00010000", "0.00010000", "0.00100000", "0.00100000"]
    assert all(pair.is_tradable for pair in pairs)
    rows = json.loads(body)["result"]
    assert [(key, row["altname"], row["wsname"]) for key, row in rows.items()][:2] == [
        ("XXBTZUSD", "XBTUSD", "XBT/USD"),
        ("XBTUSDT", "XBTUSDT", "XBT/USDT"),
    ]


@pytest.mark.parametrize(
    ("name", "key"),
    [("XBTUSD", "XXBTZUSD"), ("XXBTZUSD", "XXBTZUSD"), ("XBT/USD", "XBT/USD"), ("BTC/USD", "BTC/USD")],
)
async def test_a_pair_has_several_spellings_and_so_has_the_answers_key(
    rest: httpx2.AsyncClient, name: str, key: str
) -> None:
    assert set(parse_result(await fetched(rest, f"Depth?pair={name}&count=1"))) == {key}


async def test_candles_end_with_the_running_one_and_reach_720_back_and_no_further(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, rest: httpx2.AsyncClient
) -> None:
    await pass_time(exchange, clock, 90)
    body = await fetched(rest, "OHLC?pair=XBTUSD&interval=1&since=1500000000")
    candles = rest_parser.parse_candles(body, symbol="BTC/USD", interval=Interval.MINUTE_1)
    assert len(candles) == 721
    times = [candle.open_time for candle in candles]
    assert times == list(range(NOON + 60_000 - 720 * 60_000, NOON + 60_001, 60_000))
    assert json.loads(body)["result"]["last"] == NOON // 1000
    market = kraken.market.pairs["BTC/USD"]
    row = market.candles.row(NOON, 60_000)
    assert (format(candles[-2].close, "f"), candles[-2].trades) == (market.pair.price_text(row.close), row.trades)
    newer = await fetched(rest, f"OHLC?pair=XBTUSD&interval=1&since={NOON // 1000}")
    assert len(rest_parser.parse_candles(newer, symbol="BTC/USD", interval=Interval.MINUTE_1)) == 1


@pytest.mark.parametrize("minutes", [5, 240, 1440, 10080, 21600])
async def test_candles_of_every_length_are_counted_from_the_epoch(rest: httpx2.AsyncClient, minutes: int) -> None:
    rows = json.loads(await fetched(rest, f"OHLC?pair=XETHZUSD&interval={minutes}"))["result"]["XETHZUSD"]
    assert all(row[0] % (minutes * 60) == 0 for row in rows)
    assert len(rows) > 100


async def test_pages_of_trades_overlap_at_their_edges_and_have_no_gap(
    exchange: SimulatedExchange, clock: ManualClock, kraken: SimulatedKraken, rest: httpx2.AsyncClient
) -> None:
    await pass_time(exchange, clock, 20)
    made = list(kraken.market.pairs["BTC/USD"].trades)
    seen: list[int] = []
    since = str(made[0].time * 1_000_000)
    for _ in range(3 + len(made) // 50):
        body = await fetched(rest, f"Trades?pair=XBTUSD&count=100&since={since}")
        seen += [trade.trade_id for trade in rest_parser.parse_trades(body)]
        since = json.loads(body)["result"]["last"]
    assert list(dict.fromkeys(seen)) == [trade.trade_id for trade in made]
    assert len(seen) > len(set(seen))


async def test_depth_is_cut_and_the_ticker_has_today_beside_the_24_hours(
    kraken: SimulatedKraken, rest: httpx2.AsyncClient
) -> None:
    depth = json.loads(await fetched(rest, "Depth?pair=XBTUSD&count=3"))["result"]["XXBTZUSD"]
    book = kraken.market.pairs["BTC/USD"].book
    assert [Decimal(row[0]) for row in depth["bids"]] == [Decimal(price) / 10 for price, _ in book.bids.best(3)]
    assert {len(row[1].partition(".")[2]) for row in depth["asks"]} == {3}
    ticker = json.loads(await fetched(rest, "Ticker?pair=XBTUSD"))["result"]["XXBTZUSD"]
    assert ticker["b"][0] == depth["bids"][0][0]
    assert Decimal(ticker["v"][0]) < Decimal(ticker["v"][1])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("Ticker?pair=ABCDEF", "EQuery:Unknown asset pair"),
        ("Depth", "EGeneral:Invalid arguments"),
        ("OHLC?pair=XBTUSD&interval=3", "EGeneral:Invalid arguments"),
        ("Trades?pair=XBTUSD&since=now", "EGeneral:Invalid arguments"),
        ("Trades?pair=XBTUSD&count=1001", "EGeneral:Invalid arguments"),
        ("Trade?pair=XBTUSD", "EGeneral:Unknown method"),
    ],
)
async def test_refusals_come_with_http_200(rest: httpx2.AsyncClient, path: str, code: str) -> None:
    with pytest.raises(RestRefusedError) as refused:
        parse_result(await fetched(rest, path))
    assert refused.value.code == code


async def test_thirty_quick_requests_are_answered_and_then_one_a_second(
    clock: ManualClock, rest: httpx2.AsyncClient
) -> None:
    for _ in range(30):
        assert rest_parser.parse_time(await fetched(rest, "Time")) == clock.now_ms() // 1000 * 1000
    with pytest.raises(RestRefusedError, match="Too many requests"):
        parse_result(await fetched(rest, "Time"))
    clock.advance(1)
    parse_result(await fetched(rest, "Time"))


async def test_in_maintenance_it_says_so_and_has_no_market(kraken: SimulatedKraken, rest: httpx2.AsyncClient) -> None:
    assert parse_result(await fetched(rest, "SystemStatus"))["status"] == "online"
    await kraken.inject(Fault(kind=FaultKind.MAINTENANCE))
    assert parse_result(await fetched(rest, "SystemStatus"))["status"] == "maintenance"
    with pytest.raises(RestRefusedError, match="EService:Unavailable"):
        parse_result(await fetched(rest, "Ticker?pair=XBTUSD"))


async def test_nothing_is_elsewhere_and_a_fault_refuses_all(kraken: SimulatedKraken, rest: httpx2.AsyncClient) -> None:
    assert (await rest.get(f"{kraken.rest_url}/api/v3/time")).status_code == 404
    await kraken.inject(Fault(kind=FaultKind.REFUSE_REST, status=520))
    assert (await rest.get("Time")).status_code == 520


def members(answer: Any) -> Any:
    """Return the names, or the kinds of columns, in the first row of the first pair of a result."""
    [first, *_] = [rows for key, rows in answer["result"].items() if key != "last"] or [None]
    if isinstance(first, dict) and "asks" in first:
        first = first["asks"]
    if isinstance(first, list):
        return [type(column) for column in first[0]]
    return list(first) if isinstance(first, dict) else list(answer["result"])


@where_recorded
@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("restAssetPairs", "AssetPairs"),
        ("restDepth", "Depth?pair=XBTUSD"),
        ("restOHLC", "OHLC?pair=XBTUSD"),
        ("restTrades", "Trades?pair=XBTUSD"),
        ("restTicker", "Ticker?pair=XBTUSD"),
        ("restStatus", "SystemStatus"),
        ("restTime", "Time"),
    ],
)
async def test_answers_have_the_members_of_recorded_ones(rest: httpx2.AsyncClient, kind: str, path: str) -> None:
    known = [members(json.loads(case["raw"])) for case in lines_of("kraken") if case["kind"] == kind]
    assert members(json.loads(await fetched(rest, path))) in known
