"""Events that a bridge publishes."""

from decimal import Decimal

from streaming.events import Candle, Event, Interval, Price, Resync, Side, Source, Trade, Trades


def price(number: int) -> Price:
    """Return a price."""
    one = Decimal(number)
    return Price(
        symbol="BTCUSDT", time=number, source=Source.BINANCE, price=one, change=one, change_percent=one, high=one,
        low=one, volume=one,
    )  # fmt: skip


def candle(open_time: int, *, close: int = 1, final: bool = False) -> Candle:
    """Return a candle."""
    one = Decimal(close)
    return Candle(
        symbol="BTCUSDT", time=open_time, source=Source.BINANCE, interval=Interval.MINUTE_1, open_time=open_time,
        close_time=open_time + 59_999, open=one, high=one, low=one, close=one, volume=one, quote_volume=one, trades=1,
        is_final=final,
    )  # fmt: skip


def trades(*ids: int) -> Trades:
    """Return trades."""
    made = [Trade(trade_id=i, price=Decimal(1), quantity=Decimal(1), side=Side.BUY, time=i) for i in ids]
    return Trades(symbol="BTCUSDT", time=ids[-1], source=Source.BINANCE, trades=tuple(made))


def gap(start: int, end: int, *, complete: bool = True) -> Resync:
    """Return what is told of a gap."""
    return Resync(time=end, start=start, end=end, complete=complete)


def lost(start: int, end: int) -> Resync:
    """Return what is told where events were dropped for want of room."""
    return gap(start, end, complete=False)


def ids_of(events: list[Event]) -> list[int]:
    """Return the ids of all trades in `events`."""
    return [one.trade_id for event in events if isinstance(event, Trades) for one in event.trades]
