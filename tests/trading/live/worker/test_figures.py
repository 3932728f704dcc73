"""What the trading worker tells of its work: what it trades, and why a symbol is paused."""

from decimal import Decimal

import pytest

from streaming.events import Depth, Level, Side, Source, Trade, Trades
from streaming.workers.declared_figures import FigureValue
from tests.manual_clock import ManualClock
from tests.trading.live.rows import account_of, hand_of, load
from tests.trading.live.worked_market import grid_start, now, order_place
from tests.trading.market import SYMBOL, symbol_listed
from trading.live.worker.figures import TurnTiming, live_figures
from trading.live.worker.following import Following
from trading.live.worker.trade_sequence import TradeSequence


def _book(*, stale: bool = False) -> Depth:
    best = [(Level(Decimal(price), Decimal(1)),) for price in (999, 1001)]
    return Depth(symbol=SYMBOL, source=Source.BINANCE, time=now(), bids=best[0], asks=best[1], stale=stale)


def _trades(*ids: int) -> Trades:
    price = quantity = Decimal(1000)
    made = tuple(Trade(trade_id=one, price=price, quantity=quantity, side=Side.BUY, time=one) for one in ids)
    return Trades(symbol=SYMBOL, source=Source.BINANCE, time=now(), trades=made)


def _figures(following: Following, *, silent_since: float = -1) -> dict[str, FigureValue]:
    return dict(live_figures(following.sub_accounts, following.symbols, silent_since=silent_since))


def _paused(following: Following, *, silent_since: float = -1) -> str:
    return _figures(following, silent_since=silent_since)["symbols_paused"].detail


@pytest.mark.django_db
def test_it_counts_what_is_traded_and_says_why_a_symbol_is_paused() -> None:
    symbol_listed()
    account = account_of()
    hand = hand_of(account)
    order_place(hand, "deep", Side.BUY, Decimal(500), now())
    clock = ManualClock()
    following = Following(sequence_of=lambda _: TradeSequence(), clock=clock)
    assert _figures(following)["symbols_followed"] == FigureValue(0)
    for row in (hand, grid_start(account)):
        following.put(load(row))
    assert _paused(following) == f"{SYMBOL}: no price or no order book yet"
    following.apply([(SYMBOL, _book()), (SYMBOL, _trades(1))])
    following.advance()
    figures = _figures(following)
    assert figures["grids_running"] == FigureValue(1)
    assert figures["symbols_followed"] == FigureValue(1, SYMBOL)
    assert figures["symbols_paused"] == FigureValue(0)
    assert (figures["open_orders"].value or 0) >= 1
    following.apply([(SYMBOL, _trades(4))])
    assert _paused(following) == f"{SYMBOL}: waits for trades 2 to 3"
    following.apply([(SYMBOL, _trades(2, 3)), (SYMBOL, _book(stale=True))])
    assert _paused(following) == f"{SYMBOL}: the exchange is away"
    assert _figures(following)["grids_paused"] == FigureValue(1)
    assert _paused(following, silent_since=clock.monotonic() + 1) == f"{SYMBOL}: nothing is heard of it"


def test_it_says_of_a_turn_that_takes_long_how_long_that_is() -> None:
    clock = ManualClock()
    timing = TurnTiming(clock)
    told = [timing.milliseconds]
    with timing.measured():
        clock.advance(0.25)
    with timing.measured():
        told.append(timing.milliseconds)
        clock.advance(3)
        told.append(timing.milliseconds)
    assert told == [None, 250, 3000]
