"""Messages of the exchange, written by hand in the shapes that its documentation gives."""

from typing import Any

NOW = 1_700_000_000_000
KLINES = "/api/v3/klines"
OPEN_TIME = 1_700_000_040_000
KLINE = [
    OPEN_TIME, "97000.10", "98000.5", "0.00000100", "97523.45000000", "33.0", OPEN_TIME + 59_999, "37.95", 4, "1", "1",
]  # fmt: skip
"""A row of what `KLINES` answers."""


def ticker(symbol: str = "BTCUSDT", *, price: str = "97523.45000000", time: int = NOW) -> dict[str, Any]:
    """Return a `24hrTicker`."""
    return {
        "e": "24hrTicker", "E": time, "s": symbol, "p": "523.40000000", "P": "0.540", "w": "97011.12345678",
        "x": "97000.05000000", "c": price, "Q": "0.00120000", "b": "97523.44000000", "B": "1.10000000",
        "a": "97523.46000000", "A": "0.90000000", "o": "97000.05000000", "h": "98000.00000000",
        "l": "96500.10000000", "v": "12345.67800000", "q": "1198765432.10987654", "O": time - 86_400_000, "C": time,
        "F": 1, "L": 99, "n": 99,
    }  # fmt: skip


def kline(
    symbol: str = "BTCUSDT",
    interval: str = "1m",
    *,
    open_time: int = NOW,
    close: str = "0.00002010",
    final: bool = False,
) -> dict[str, Any]:
    """Return a `kline`."""
    return {
        "e": "kline", "E": open_time + 2_000, "s": symbol,
        "k": {
            "t": open_time, "T": open_time + 59_999, "s": symbol, "i": interval, "f": 100, "L": 200,
            "o": "0.00002000", "c": close, "h": "0.00002500", "l": "0.00001500", "v": "1000.00000000", "n": 101,
            "x": final, "q": "0.02000000", "V": "500", "Q": "0.01", "B": "0",
        },
    }  # fmt: skip


def trade(symbol: str = "BTCUSDT", *, trade_id: int = 1, price: str = "97523.45000000") -> dict[str, Any]:
    """Return a `trade` whose taker sold."""
    return {
        "e": "trade", "E": NOW + 1, "s": symbol, "t": trade_id, "p": price, "q": "0.00010000", "T": NOW,
        "m": True, "M": True,
    }  # fmt: skip


def partial_depth(levels: int = 10) -> dict[str, Any]:
    """Return a partial depth."""
    return {
        "lastUpdateId": 160,
        "bids": [[f"{100 - level}.10000000", "1.00000000"] for level in range(levels)],
        "asks": [[f"{101 + level}.20000000", "2.50000000"] for level in range(levels)],
    }


def mini_ticker(
    symbol: str, *, price: str, open_price: str, quote_volume: str = "1000", time: int = NOW
) -> dict[str, Any]:
    """Return a `24hrMiniTicker`."""
    return {
        "e": "24hrMiniTicker", "E": time, "s": symbol, "c": price, "o": open_price, "h": price, "l": open_price,
        "v": "10", "q": quote_volume,
    }  # fmt: skip


def exchange_info(*names: str, status: str = "TRADING") -> dict[str, Any]:
    """Return an exchangeInfo of symbols quoted in USDT."""
    return {"timezone": "UTC", "serverTime": NOW, "rateLimits": [], "symbols": [symbol_info(n, status) for n in names]}


def symbol_info(name: str, status: str = "TRADING") -> dict[str, Any]:
    """Return one symbol of an exchangeInfo."""
    return {
        "symbol": name,
        "status": status,
        "baseAsset": name.removesuffix("USDT"),
        "quoteAsset": "USDT",
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01000000", "tickSize": "0.01000000"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001000", "maxQty": "9000.00000000", "stepSize": "0.00001000"},
            {"filterType": "NOTIONAL", "minNotional": "5.00000000"},
        ],
    }
