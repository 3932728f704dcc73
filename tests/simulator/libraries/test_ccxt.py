"""The newest ccxt against the simulated exchange: all market data of spot that it offers without a key."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from itertools import pairwise
from typing import Any

import pytest

from streaming.simulator.candles.candles import DAY, HOUR, MINUTE
from streaming.simulator.server import SimulatedExchange

BITCOIN, ETHER = "BTC/USDT", "ETH/USDT"
ID = {"symbol": "BTCUSDT"}
EAST = 16 * HOUR
"""When a day begins at UTC+8."""
SECONDS = 20.0


@pytest.fixture
async def ccxt(exchange: SimulatedExchange) -> AsyncIterator[Any]:
    """Return ccxt's Binance, pointed at the exchange as its documentation says: by its table of addresses."""
    import ccxt.pro  # noqa: PLC0415 - a second of a hundred exchanges, for these tests alone

    spot = {"fetchMarkets": {"types": ["spot"]}, "defaultType": "spot", "fetchCurrencies": False}
    client = ccxt.pro.binance({"options": spot, "enableRateLimit": False})
    client.urls["api"]["public"] = f"{exchange.rest_url}/api/v3"
    client.urls["api"]["ws"]["spot"] = f"{exchange.stream_url}/ws"
    client.urls["api"]["ws"]["ws-api"]["spot"] = f"{exchange.stream_url}/ws-api/v3"
    await client.load_markets()
    yield client
    await client.close()


async def test_it_reads_symbols_and_their_rules(ccxt: Any) -> None:
    assert {symbol: market["active"] for symbol, market in ccxt.markets.items()} == {
        BITCOIN: True, ETHER: True, "LUNA/USDT": False,
    }  # fmt: skip
    market = ccxt.market(BITCOIN)
    assert (market["precision"]["price"], market["precision"]["amount"]) == (0.01, 0.00001)
    assert market["limits"]["cost"]["min"] == 5.0
    assert abs(await ccxt.fetch_time() - ccxt.milliseconds()) < MINUTE


async def test_it_reads_the_order_book_and_trades(ccxt: Any) -> None:
    book = await ccxt.fetch_order_book(BITCOIN, 5)
    check_book(book)
    assert (len(book["bids"]), len(book["asks"])) == (5, 5)
    together = await ccxt.fetch_trades(BITCOIN, limit=20)
    single = await ccxt.fetch_trades(BITCOIN, limit=20, params={"fetchTradesMethod": "publicGetTrades"})
    over_socket = await ccxt.fetch_trades_ws(BITCOIN, limit=20)
    for trades in (together, single, over_socket):
        assert all(earlier["timestamp"] <= later["timestamp"] for earlier, later in pairwise(trades))
        assert all(trade["cost"] == pytest.approx(trade["price"] * trade["amount"]) for trade in trades)
        assert {trade["side"] for trade in trades} <= {"buy", "sell"}


async def test_it_reads_candles_of_utc_and_of_another_time_zone(ccxt: Any) -> None:
    minutes = await ccxt.fetch_ohlcv(BITCOIN, "1m", limit=10)
    assert [later[0] - earlier[0] for earlier, later in pairwise(minutes)] == [MINUTE] * 9
    days = await ccxt.fetch_ohlcv(BITCOIN, "1d", limit=3, params={"timeZone": "8"})
    assert [day[0] % DAY for day in days] == [EAST] * 3
    over_socket = await ccxt.fetch_ohlcv_ws(BITCOIN, "1d", limit=3, params={"timeZone": "8"})
    assert over_socket[:2] == days[:2]
    shown = await ccxt.publicGetUiKlines({**ID, "interval": "1d", "limit": 3, "timeZone": "8"})
    assert [int(day[0]) for day in shown] == [day[0] for day in days]


async def test_it_reads_tickers_windows_days_and_prices(ccxt: Any) -> None:
    day, window = await ccxt.fetch_ticker(BITCOIN), await ccxt.fetch_ticker(BITCOIN, {"rolling": True})
    for ticker in (day, window):
        assert ticker["low"] <= ticker["last"] <= ticker["high"]
        assert ticker["change"] == pytest.approx(ticker["last"] - ticker["open"])
    assert day["bid"] < day["ask"]
    assert set(await ccxt.fetch_tickers()) == set(await ccxt.fetch_last_prices()) == {BITCOIN, ETHER}
    assert set(await ccxt.fetch_tickers([ETHER])) == {ETHER}
    tops = await ccxt.fetch_bids_asks()
    assert all(top["bid"] < top["ask"] for top in tops.values())
    hours = await ccxt.publicGetTicker({**ID, "windowSize": "4h"})
    today = await ccxt.publicGetTickerTradingDay({**ID, "timeZone": "8", "type": "MINI"})
    assert 0 <= int(hours["closeTime"]) - int(hours["openTime"]) - 4 * HOUR < MINUTE
    assert int(today["openTime"]) % DAY == EAST
    average = await ccxt.publicGetAvgPrice(ID)
    assert day["low"] <= float(average["price"]) <= day["high"]


async def test_it_is_refused_with_the_error_that_the_code_means(ccxt: Any) -> None:
    import ccxt as library  # noqa: PLC0415

    with pytest.raises(library.BadSymbol, match="Invalid symbol"):
        await ccxt.publicGetAvgPrice({"symbol": "NOPEUSDT"})
    with pytest.raises(library.BadRequest, match="-1130"):
        await ccxt.publicGetTicker({**ID, "windowSize": "8d"})


async def test_it_hears_every_stream_and_leaves_it(ccxt: Any, exchange: SimulatedExchange) -> None:
    symbols = [BITCOIN, ETHER]
    heard = await within(
        asyncio.gather(
            ccxt.watch_ticker(BITCOIN, {"name": "ticker_1h"}),
            ccxt.watch_tickers(symbols),
            ccxt.watch_bids_asks([BITCOIN]),
            ccxt.watch_trades(BITCOIN),
            ccxt.watch_trades(ETHER, params={"name": "aggTrade"}),
            ccxt.watch_ohlcv(BITCOIN, "1s"),
            ccxt.watch_ohlcv(ETHER, "1d", params={"timezone": "+08:00"}),
            ccxt.watch_order_book(BITCOIN),
        )
    )
    window, tickers, tops, trades, together, seconds, days, book = heard
    assert window["low"] <= window["last"] <= window["high"]
    assert set(tickers) <= set(symbols)
    assert tops[BITCOIN]["bid"] < tops[BITCOIN]["ask"]
    assert [trades[-1]["symbol"], together[-1]["symbol"]] == symbols
    assert seconds[-1][0] % 1000 == 0
    assert days[-1][0] % DAY == EAST
    check_book(book)
    kept = {"btcusdt@ticker_1h", "ethusdt@aggTrade", "ethusdt@kline_1d@+08:00"}
    left = {f"btcusdt@{kind}" for kind in ("miniTicker", "bookTicker", "trade", "kline_1s", "depth@100ms")}
    assert kept | left <= exchange.subscribed_streams()
    await within(
        asyncio.gather(
            ccxt.un_watch_tickers(symbols),
            ccxt.un_watch_bids_asks([BITCOIN]),
            ccxt.un_watch_trades(BITCOIN),
            ccxt.un_watch_ohlcv(BITCOIN, "1s"),
            ccxt.un_watch_order_book(BITCOIN),
        )
    )
    assert (kept | left) & exchange.subscribed_streams() == kept


async def test_it_hears_of_several_symbols_at_once_and_leaves_them(ccxt: Any, exchange: SimulatedExchange) -> None:
    symbols, candles = [BITCOIN, ETHER], [[BITCOIN, "1m"], [ETHER, "1s"]]
    trades, bars, book = await within(
        asyncio.gather(
            ccxt.watch_trades_for_symbols(symbols),
            ccxt.watch_ohlcv_for_symbols(candles),
            ccxt.watch_order_book_for_symbols(symbols),
        )
    )
    assert trades[-1]["symbol"] in symbols
    assert set(bars) <= set(symbols)
    check_book(book)
    left = {f"{symbol}@{kind}" for symbol in ("btcusdt", "ethusdt") for kind in ("trade", "depth@100ms")}
    left |= {"btcusdt@kline_1m", "ethusdt@kline_1s"}
    assert left <= exchange.subscribed_streams()
    await within(
        asyncio.gather(
            ccxt.un_watch_trades_for_symbols(symbols),
            ccxt.un_watch_ohlcv_for_symbols(candles),
            ccxt.un_watch_order_book_for_symbols(symbols),
        )
    )
    assert not left & exchange.subscribed_streams()


async def within(work: Awaitable[Any]) -> Any:
    """Return what comes of some work, in the time that a live exchange would need at the most."""
    return await asyncio.wait_for(work, SECONDS)


def check_book(book: dict[str, Any]) -> None:
    """Check that the best prices come first, and don't cross."""
    bids, asks = [price for price, _ in book["bids"]], [price for price, _ in book["asks"]]
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
