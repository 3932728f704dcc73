"""The newest python-binance against the simulated exchange: all of spot's market data, by REST, sockets and streams."""

import asyncio
import warnings
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest

from streaming.simulator.candles.candles import DAY, HOUR, MINUTE
from streaming.simulator.server import SimulatedExchange

SYMBOL = "BTCUSDT"
EAST = 16 * HOUR
"""When a day begins at UTC+8."""
SECONDS = 20.0
# It still looks for a class that the library of its sockets has deprecated.
pytestmark = [pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")]


@pytest.fixture(scope="module")
def binance() -> Any:
    """Return the library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import binance  # noqa: PLC0415

    return binance


@pytest.fixture
async def client(binance: Any, exchange: SimulatedExchange) -> AsyncIterator[Any]:
    """Return its client, pointed at the exchange by its own constants."""

    class Client(binance.AsyncClient):  # type: ignore[misc]  # it has no types
        API_URL = f"{exchange.rest_url}/api"
        WS_API_URL = f"{exchange.stream_url}/ws-api/v3"

    client = await Client.create()
    client.ws_api.TIMEOUT = 0.2  # seconds between its looks at whether it was closed; by default 10
    yield client
    await client.close_connection()


@pytest.fixture
def sockets(binance: Any, client: Any, exchange: SimulatedExchange) -> Any:
    """Return what opens its streams."""
    manager = binance.BinanceSocketManager(client)
    manager.STREAM_URL = f"{exchange.stream_url}/"
    return manager


async def test_it_reads_symbols_and_their_rules(client: Any) -> None:
    assert await client.ping() == {}
    listed = (await client.get_exchange_info())["symbols"]
    assert [row["symbol"] for row in listed] == ["BTCUSDT", "ETHUSDT", "LUNAUSDT"]
    assert (await client.get_symbol_info("ETHUSDT"))["baseAsset"] == "ETH"
    over_socket = await client.ws_get_exchange_info(permissions=["SPOT"])
    assert over_socket["symbols"] == listed


async def test_it_reads_the_order_book_and_trades(client: Any) -> None:
    for book in (
        await client.get_order_book(symbol=SYMBOL, limit=5),
        await client.ws_get_order_book(symbol=SYMBOL, limit=5),
    ):
        assert (len(book["bids"]), len(book["asks"])) == (5, 5)
        assert float(book["bids"][0][0]) < float(book["asks"][0][0])
    for read in (
        client.get_recent_trades, client.get_historical_trades,
        client.ws_get_recent_trades, client.ws_get_historical_trades,
    ):  # fmt: skip
        trades = await read(symbol=SYMBOL, limit=10)
        assert [later["id"] - earlier["id"] for earlier, later in pairwise(trades)] == [1] * 9
    for read in (client.get_aggregate_trades, client.ws_get_aggregate_trades):
        trades = await read(symbol=SYMBOL, limit=10)
        assert [later["f"] - earlier["l"] for earlier, later in pairwise(trades)] == [1] * 9
    first, found = trades[0]["a"], []
    async for trade in client.aggregate_trade_iter(SYMBOL, last_id=first):
        found.append(trade["a"])
        if len(found) == 5:
            break
    assert found == list(range(first + 1, first + 6))


async def test_it_reads_candles_of_utc_and_of_another_time_zone(client: Any) -> None:
    hours = await client.get_historical_klines(SYMBOL, "1h", "3 days ago UTC")
    assert len(hours) == 72
    assert [later[0] - earlier[0] for earlier, later in pairwise(hours)] == [HOUR] * 71
    asked = {"symbol": SYMBOL, "interval": "1d", "limit": 3, "timeZone": "8"}
    for read in (client.get_klines, client.get_ui_klines, client.ws_get_klines, client.ws_get_uiKlines):
        assert [day[0] % DAY for day in await read(**asked)] == [EAST] * 3


async def test_it_reads_tickers_windows_days_and_prices(client: Any) -> None:
    for day in (await client.get_ticker(symbol=SYMBOL), await client.ws_get_ticker(symbol=SYMBOL)):
        assert float(day["bidPrice"]) < float(day["askPrice"])
        assert float(day["lowPrice"]) <= float(day["lastPrice"]) <= float(day["highPrice"])
    assert [set(row) & {"bidPrice", "openPrice"} for row in await client.get_ticker(type="MINI")] == [{"openPrice"}] * 2
    for read in (client.get_symbol_ticker_window, client.ws_get_symbol_ticker_window):
        window = await read(symbol=SYMBOL, windowSize="4h")
        assert 0 <= window["closeTime"] - window["openTime"] - 4 * HOUR < MINUTE
    for read in (client.v3_get_ticker_trading_day, client.ws_get_trading_day_ticker):
        assert (await read(symbol=SYMBOL, timeZone="8"))["openTime"] % DAY == EAST
    for read in (client.get_avg_price, client.ws_get_avg_price):
        assert float(day["lowPrice"]) <= float((await read(symbol=SYMBOL))["price"]) <= float(day["highPrice"])
    for read in (client.get_symbol_ticker, client.ws_get_symbol_ticker):
        assert float((await read(symbol=SYMBOL))["price"]) == pytest.approx(float(day["lastPrice"]), rel=0.01)
    for read in (client.get_orderbook_ticker, client.ws_get_orderbook_ticker):
        top = await read(symbol=SYMBOL)
        assert float(top["bidPrice"]) < float(top["askPrice"])
    assert len(await client.get_all_tickers()) == len(await client.get_orderbook_tickers()) == 2


async def test_it_is_refused_with_code_and_words(binance: Any, client: Any) -> None:
    for read in (client.get_avg_price, client.ws_get_avg_price):
        with pytest.raises(binance.exceptions.BinanceAPIException, match="Invalid symbol") as refusal:
            await read(symbol="NOPEUSDT")
        assert refusal.value.code == -1121


async def test_it_hears_every_stream(sockets: Any) -> None:
    opened = {
        "trade": sockets.trade_socket(SYMBOL),
        "aggTrade": sockets.aggtrade_socket(SYMBOL),
        "kline": sockets.kline_socket(SYMBOL, "1s"),
        "24hrTicker": sockets.symbol_ticker_socket(SYMBOL),
        "24hrMiniTicker": sockets.symbol_miniticker_socket(SYMBOL),
        "depthUpdate": sockets.depth_socket(SYMBOL, interval=100),
        "book": sockets.depth_socket(SYMBOL, depth="10"),
        "top": sockets.symbol_book_ticker_socket(SYMBOL),
        "array": sockets.miniticker_socket(),
    }
    came = dict(zip(opened, await asyncio.gather(*map(first_of, opened.values())), strict=True))
    assert len(came.pop("book")["bids"]) == 10
    assert float(came["top"]["b"]) < float(came.pop("top")["a"])
    assert {row["e"] for row in came.pop("array")} == {"24hrMiniTicker"}
    assert {kind: event["e"] for kind, event in came.items()} == {kind: kind for kind in came}


async def test_it_hears_several_streams_on_one_socket(sockets: Any, exchange: SimulatedExchange) -> None:
    names = {"btcusdt@ticker_1h", "!ticker_4h@arr", "ethusdt@kline_1d@+08:00", "btcusdt@avgPrice"}
    found: dict[str, Any] = {}
    async with sockets.multiplex_socket(sorted(names)) as socket:
        while found.keys() < names:
            event = await asyncio.wait_for(socket.recv(), SECONDS)
            found[event["stream"]] = event["data"]
        assert names <= exchange.subscribed_streams()
    assert found["btcusdt@ticker_1h"]["e"] == "1hTicker"
    assert {row["e"] for row in found["!ticker_4h@arr"]} == {"4hTicker"}
    assert found["ethusdt@kline_1d@+08:00"]["k"]["t"] % DAY == EAST


async def test_it_keeps_an_order_book_from_snapshot_and_changes(binance: Any, client: Any, sockets: Any) -> None:
    async with binance.DepthCacheManager(client, symbol=SYMBOL, bm=sockets, ws_interval=100, limit=500) as listening:
        for _ in range(5):
            book = await asyncio.wait_for(listening.recv(), SECONDS)
    bids, asks = book.get_bids(), book.get_asks()
    assert len(bids) > 50
    assert len(asks) > 50
    assert bids[0][0] < asks[0][0]


async def first_of(socket: Any) -> Any:
    """Return the first event of a stream, and leave it."""
    async with socket as listening:
        return await asyncio.wait_for(listening.recv(), SECONDS)
