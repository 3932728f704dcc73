"""Trades by their numbers."""

from decimal import Decimal

from streaming.events import Side, Source, Trade, Trades


def trades(*ids: int, source: Source = Source.BINANCE, time: int | None = None) -> Trades:
    one = Decimal(1)
    made = [Trade(trade_id=i, price=one, quantity=one, side=Side.BUY, time=i if time is None else time) for i in ids]
    return Trades(symbol="BTCUSDT", time=made[-1].time, source=source, trades=tuple(made))
