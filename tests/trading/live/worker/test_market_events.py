"""What the market tells while a turn takes long is bounded, and what was left out is known by its symbol."""

from streaming.events import Depth, Source, Trades
from tests.trading.live.worker.trades import trade
from trading.live.worker.market_events import MOST_WAITING, MarketEvents


def _trades(symbol: str, first: int, count: int) -> Trades:
    made = tuple(trade(first + number) for number in range(count))
    return Trades(symbol=symbol, source=Source.BINANCE, time=1, trades=made)


def _depth(time: int) -> Depth:
    return Depth(symbol="AUSDT", source=Source.BINANCE, time=time, bids=(), asks=())


def test_of_more_trades_than_may_wait_the_oldest_are_left_out_however_few_events_they_come_in() -> None:
    events = MarketEvents()
    told = [_trades("AUSDT", 1, MOST_WAITING // 2), _trades("BUSDT", 1, MOST_WAITING // 2), _trades("BUSDT", 90, 1)]
    for event in told:
        events.add(event.symbol, event)
    assert [event for _, event in events.taken()] == told[1:]
    assert (list(events.taken_cut()), list(events.taken_cut())) == (["AUSDT"], [])
    events.add("AUSDT", told[0])
    assert [event for _, event in events.taken()] == told[:1]
    assert list(events.taken_cut()) == []


def test_of_order_books_that_follow_each_other_the_newest_is_kept() -> None:
    events = MarketEvents()
    for time in range(3):
        events.add("AUSDT", _depth(time))
    events.add("AUSDT", _trades("AUSDT", 1, 1))
    events.add("AUSDT", _depth(3))
    assert [event.time for _, event in events.taken() if isinstance(event, Depth)] == [2, 3]
