"""What `/ws/trading` shows of events of the market in its own way."""

from collections.abc import Callable

from tests.gateway.dialects.samples import D, Data, Written

TRADING_DATA: dict[str, Callable[[Written], Data]] = {
    "kline": lambda at: {
        "symbol": "SOLUSDT",
        "interval": "5m",
        "startTime": at.opened,
        "endTime": at.closed,
        "open": D("190.1"),
        "high": D("191.0"),
        "low": D("189.9"),
        "close": D("190.5"),
        "volume": D("1234.567"),
        "closed": True,
        "trades": 3,
        "source": "simulator",
        "simulated": True,
        "repaired": True,
    },
    "ticker": lambda at: {
        "symbol": "ETHUSDT",
        "price": D("3400.1"),
        "priceChange": D("100.1"),
        "priceChangePercent": D("3.033"),
        "high": 3500,
        "low": 3200,
        "volume": 1000,
        "quoteVolume": 3400000,
        "source": "simulator",
        "simulated": True,
    },
    "trade": lambda at: {
        "symbol": "DOGEUSDT",
        "price": D("0.1"),
        "quantity": 25,
        "side": "buy",
        "tradeId": 7,
        "time": at.time,
        "source": "binance",
    },
    "depth": lambda at: {
        "symbol": "BTCUSDT",
        "bids": [[D("95000.10"), D("0.5")], [D("95000.09"), 2]],
        "asks": [[D("95000.11"), D("0.00000001")]],
        "time": at.time,
        "source": "binance",
        "stale": True,
    },
}
"""What trading-protocol.md says of the data of these types; all others are as above."""
