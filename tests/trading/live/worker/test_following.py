"""Trades reach what is followed now, not what was followed before."""

from decimal import Decimal

import msgspec
import pytest

from streaming.events import Depth, Level, Side, Source, Trades
from tests.manual_clock import ManualClock
from tests.trading.live.rows import account_of, hand_of, load
from tests.trading.live.worked_market import grid_start, now, order_place
from tests.trading.live.worker.trades import ids, trade
from tests.trading.market import SYMBOL, symbol_listed
from trading.engine.grid.state import GridState
from trading.live.worker.following import Following
from trading.live.worker.trade_sequence import TradeSequence
from trading.models import SubAccount

pytestmark = pytest.mark.django_db


def test_trades_that_were_fetched_for_a_symbol_before_it_was_followed_again_are_not_where_it_begins() -> None:
    symbol_listed()
    hand = hand_of(account_of())
    order_place(hand, "deep", Side.BUY, Decimal(500), now())
    following = _following()
    following.put(load(hand))
    following.drop(hand.pk)
    following.put(load(hand))
    following.apply_trades(SYMBOL, [trade(11)])
    assert following.symbols[SYMBOL].sequence.position is None
    assert ids(following.symbols[SYMBOL].sequence.take([trade(99)])) == [99]


def test_a_symbol_that_is_followed_late_begins_with_no_book_of_before() -> None:
    symbol_listed()
    hand = hand_of(account_of())
    order_place(hand, "deep", Side.BUY, Decimal(500), now())
    former = _following()
    former.put(load(hand))
    former.apply([(SYMBOL, _depth())])
    at_once, later = _following(former), _following(former)
    at_once.put(load(hand))
    assert at_once.symbols[SYMBOL].can_trade
    later.forget_former()
    later.put(load(hand))
    assert not later.symbols[SYMBOL].can_trade


def test_a_grid_is_paused_until_the_trades_were_fetched_that_were_left_out() -> None:
    symbol_listed()
    row = grid_start(account_of())
    following = _following()
    following.put(load(row))
    following.apply([(SYMBOL, _depth()), (SYMBOL, _trades(1))])
    following.advance()
    assert _state(following, row) == (GridState.RUNNING, "")
    following.apply([(SYMBOL, _trades(9))])
    assert following.wait_for_missing([SYMBOL, "UNKNOWN"]) == {row.pk}
    assert _state(following, row) == (GridState.PAUSED, "exchange_down")
    following.apply([(SYMBOL, _depth())])
    assert _state(following, row) == (GridState.PAUSED, "exchange_down")
    following.apply_trades(SYMBOL, _trades(*range(2, 9)).trades)
    following.apply([(SYMBOL, _depth())])
    assert _state(following, row) == (GridState.RUNNING, "")


def test_the_first_trade_after_a_silence_ends_a_grid_at_its_stop_loss() -> None:
    symbol_listed()
    row, clock = grid_start(account_of(), stop_loss=Decimal(970)), ManualClock()
    following = Following(sequence_of=lambda _: TradeSequence(), clock=clock)
    following.put(load(row))
    following.apply([(SYMBOL, _depth()), (SYMBOL, _trades(1))])
    following.advance()
    clock.advance(20)
    following.note_stored(following.look_at_silence(15))
    assert _state(following, row) == (GridState.PAUSED, "exchange_down")
    fallen = msgspec.structs.replace(_trades(2).trades[0], price=Decimal(970), time=now() + 1000)
    following.apply([(SYMBOL, msgspec.structs.replace(_trades(2), trades=(fallen,)))])
    assert _state(following, row) == (GridState.STOPPED, "the price is at the stop loss")
    sale = following.sub_accounts[row.pk].engine.take_changes().events[-1].fill
    assert sale is not None
    assert sale.price <= following.symbols[SYMBOL].ticks(Decimal(970)), "the book of before the silence bids no more"


@pytest.mark.parametrize("is_demo", [False, True])
def test_nothing_trades_on_simulated_data_that_stands_in_and_real_trades_go_on_without_a_hole(*, is_demo: bool) -> None:
    symbol_listed()
    hand = hand_of(account_of(is_demo=is_demo))
    order_place(hand, "deep", Side.BUY, Decimal(900), now())
    following = Following(sequence_of=lambda _: TradeSequence(), clock=ManualClock(), market=Source.BINANCE)
    following.put(load(hand))
    following.apply([(SYMBOL, _depth()), (SYMBOL, _trades(1))])
    following.advance()
    later = now() + 1000
    fallen = [
        msgspec.structs.replace(one, price=Decimal(500), quantity=Decimal(1000), time=later)
        for one in _trades(7_000, 7_001).trades
    ]
    simulated = Trades(symbol=SYMBOL, source=Source.SIMULATOR, time=now(), trades=tuple(fallen))
    book = msgspec.structs.replace(_depth(), source=Source.SIMULATOR)
    following.apply([(SYMBOL, simulated), (SYMBOL, book)])
    followed = following.symbols[SYMBOL]
    at = followed.ticks(Decimal(500))
    assert (followed.can_trade, hand.pk in list(followed.triggers.reached(at))) == (False, True)
    following.apply([(SYMBOL, _trades(2)), (SYMBOL, _depth())])
    assert (followed.can_trade, hand.pk in list(followed.triggers.reached(at))) == (True, True)
    assert followed.sequence.missing is None
    enough = msgspec.structs.replace(fallen[0], trade_id=3)
    real = msgspec.structs.replace(_trades(3), trades=(enough,))
    following.apply([(SYMBOL, real)])
    assert hand.pk not in list(followed.triggers.reached(at)), "it was filled by a real trade"


def _following(former: Following | None = None) -> Following:
    symbols = {} if former is None else former.symbols
    return Following(sequence_of=lambda _: TradeSequence(), clock=ManualClock(), former=symbols)


def _state(following: Following, row: SubAccount) -> tuple[GridState, str]:
    grid = following.sub_accounts[row.pk].grid
    assert grid is not None
    return grid.state, grid.reason


def _depth() -> Depth:
    bids, asks = ((Level(Decimal(price), Decimal(1)),) for price in (999, 1001))
    return Depth(symbol=SYMBOL, source=Source.BINANCE, time=now(), bids=bids, asks=asks)


def _trades(*trade_ids: int) -> Trades:
    made = tuple(msgspec.structs.replace(trade(one), price=Decimal(1000)) for one in trade_ids)
    return Trades(symbol=SYMBOL, source=Source.BINANCE, time=now(), trades=made)
