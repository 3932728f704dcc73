"""A recorded paper run, fed to what judges backtests: the same orders and fills, one by one, and the same equity."""

import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from streaming.events import Interval
from tests.trading.engine.instruments import BTC
from tests.trading.engine.live.recordings.recorder import Recorder
from tests.trading.engine.live.rigs import ETH, FEE, book_at
from trading.engine.amounts import amount_of, decimal_of
from trading.engine.backtests.recorded_run import RecordedRunError, run_recorded
from trading.engine.backtests.results.statistics import statistics_of
from trading.engine.live.recordings import steps
from trading.engine.live.recordings.recording import RecordedGrid, RecordingStart
from trading.engine.live.recordings.terms import RecordedInstrument
from trading.engine.live.state import GridMemory, LotState, OrderMemory, SubAccountState, TransferredHoldings
from trading.engine.strategies.shipped.grid_parameters import GridParameters

_MONEY = steps.MovedIn(holdings=TransferredHoldings(quote=amount_of(Decimal(10_000))))


def recorder(*, state: SubAccountState | None = None, instruments: int = 1) -> Recorder:
    """Return one that records a grid from its start."""
    parameters = GridParameters(lower_price=Decimal(9_800), upper_price=Decimal(10_200), grid_count=10)
    start = RecordingStart(
        state=state or SubAccountState(quote="USDT"),
        instruments=tuple(RecordedInstrument.of(each) for each in (BTC, ETH)[:instruments]),
        maker_fee=FEE,
        taker_fee=FEE,
        slippage=Decimal("0.0005"),
        grid=RecordedGrid(name="grid_a", symbol="BTCUSDT", parameters=parameters, memory=GridMemory()),
    )
    made = Recorder(start)
    made.do(_MONEY)
    made.do(steps.GridStarted(market=10_000_00, time=0))
    made.do(steps.GridAdvanced(market=10_000_00, time=0))
    return made


def test_a_paper_run_has_the_orders_fills_and_equity_that_it_had_live() -> None:
    live, chance, price = recorder(), random.Random(7), 10_000_00
    told = live.run.sub_account.take_changes()
    fills, orders = [event.fill for event in told.events if event.fill], {each.number: each for each in told.orders}
    for at in range(800):
        price = min(10_300_00, max(9_700_00, price + chance.randint(-30_00, 30_00)))
        live.do(steps.BookSeen(symbol="BTCUSDT", book=book_at(price)))
        quantity = chance.randint(1, 20_000)
        live.do(steps.TradeSeen(symbol="BTCUSDT", price=price, quantity=quantity, time=at * 7_000))
        told = live.run.sub_account.take_changes()
        fills += [event.fill for event in told.events if event.fill]
        orders |= {each.number: each for each in told.orders}
    found = run_recorded(live.recording, Interval.MINUTE_1)
    assert len(fills) > 50
    assert list(found.outcome.fills) == fills
    assert [_told(order) for order in found.replayed.orders] == [_told(orders[number]) for number in sorted(orders)]
    account = live.run.sub_account.account
    metrics = statistics_of(found.plan, found.series, found.outcome).metrics
    assert metrics.final_equity == decimal_of(account.equity({"BTC": price * BTC.price_unit}))
    assert (len(found.series), int(found.series.volume.sum())) == (94, _volume(live))
    assert found.outcome.holdings.base[-1] == account.total("BTC")
    assert found.outcome.holdings.quote[-1] == account.total("USDT")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (recorder, "the recording has no trade of the market"),
        (lambda: recorder(instruments=2), "the recording is of more than one symbol"),
        (
            lambda: recorder(state=SubAccountState(quote="USDT", lots={"BTC": (LotState(0, 1, 1),)})),
            "begins with orders or holdings that were there before",
        ),
    ],
)
def test_what_a_backtest_can_t_show_is_refused(made: Callable[[], Recorder], message: str) -> None:
    with pytest.raises(RecordedRunError, match=message):
        run_recorded(made().recording, Interval.MINUTE_1)


def test_holdings_that_were_moved_in_before_it_traded_are_refused() -> None:
    """They were bought in no execution of the recording, so that no trade of a backtest begins with them."""
    live = recorder()
    live.do(steps.MovedIn(holdings=TransferredHoldings(lots={"BTC": (LotState(0, 1_000, 1_000),)})))
    live.do(steps.TradeSeen(symbol="BTCUSDT", price=10_000_00, quantity=1, time=1))
    with pytest.raises(RecordedRunError, match="bought elsewhere were moved in"):
        run_recorded(live.recording, Interval.MINUTE_1)


def test_money_that_was_moved_while_it_traded_is_refused() -> None:
    live = recorder()
    live.do(steps.TradeSeen(symbol="BTCUSDT", price=10_000_00, quantity=1, time=1))
    live.do(_MONEY)
    with pytest.raises(RecordedRunError, match="money was moved while it traded"):
        run_recorded(live.recording, Interval.MINUTE_1)


def _told(order: OrderMemory) -> tuple[object, ...]:
    return (order.number, order.request, order.placed_at, order.state, order.filled, order.filled_notional)


def _volume(live: Recorder) -> int:
    return sum(line.step.quantity for line in live.recording.lines if isinstance(line.step, steps.TradeSeen))
