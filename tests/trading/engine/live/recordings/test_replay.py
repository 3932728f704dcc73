"""A recorded paper run gives the same orders and fills again, one by one, also after it was written and read."""

import random
from dataclasses import replace
from decimal import Decimal
from inspect import signature
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side
from tests.examples import examples
from tests.trading.engine.instruments import BTC
from tests.trading.engine.live.recordings.recorder import Recorder
from tests.trading.engine.live.rigs import ETH, book_at, limit, random_book, random_request
from trading.engine.amounts import amount_of
from trading.engine.grid.state import GridState, PauseReason
from trading.engine.instrument import PriceBand
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.recordings import steps
from trading.engine.live.recordings.journal import RecordedGridDriver
from trading.engine.live.recordings.recording import (
    RecordedGrid,
    Recording,
    RecordingStart,
)
from trading.engine.live.recordings.replay import ReplayError, replay
from trading.engine.live.recordings.steps import RecordedLine
from trading.engine.live.recordings.terms import RecordedInstrument
from trading.engine.live.state import GridMemory, LiveOrderEvent, SubAccountState, TransferredHoldings
from trading.engine.risk.gate import OrderGate, RiskCode, RiskRefusal
from trading.engine.strategies.shipped.grid_parameters import GridParameters

FEE = Decimal("0.001")
PARAMETERS = GridParameters(lower_price=Decimal(9_800), upper_price=Decimal(10_200), grid_count=10)


def start_of(grid: GridMemory | None = None) -> RecordingStart:
    """Return an account with nothing on it, of a grid or of a hand."""
    return RecordingStart(
        state=SubAccountState(quote="USDT"),
        instruments=(RecordedInstrument.of(BTC), RecordedInstrument.of(ETH)),
        maker_fee=FEE,
        taker_fee=FEE,
        slippage=Decimal("0.0005"),
        grid=None
        if grid is None
        else RecordedGrid(name="grid_a", symbol="BTCUSDT", parameters=PARAMETERS, memory=grid),
    )


class Live:
    """A recorded run, and what it told as it happened."""

    def __init__(self, start: RecordingStart, gate: OrderGate | None = None) -> None:
        self.recorder = Recorder(start, gate=gate)
        self.told: list[LiveOrderEvent] = []
        self.do(steps.MovedIn(holdings=TransferredHoldings(quote=amount_of(Decimal(10_000)))))

    def do(self, step: Any) -> None:
        """Do a step."""
        self.recorder.do(step)
        self.told += self.recorder.run.sub_account.take_changes().events

    def check(self) -> None:
        """Look whether a replay of what was written tells the same."""
        written = list(self.recorder.recording.encoded())
        replayed = replay(Recording.decoded(written))
        assert msgspec.json.encode(replayed.events) == msgspec.json.encode(tuple(self.told))
        assert replayed.fills == tuple(event.fill for event in self.told if event.fill)
        assert replayed.state == self.recorder.run.sub_account.state()
        driver = self.recorder.run.driver
        if driver is not None:
            assert replayed.memory == driver.memory()
            assert replayed.grid_events == driver.take_events()


@examples(10)
@given(seed=st.integers(0, 2**32))
def test_what_a_hand_did_is_replayed(seed: int) -> None:
    chance, price, live = random.Random(seed), 100_00, Live(start_of())
    for time in range(1, 120):
        symbol, price = chance.choice(["BTCUSDT", "ETHUSDT"]), max(20, price + chance.randint(-40, 40))
        live.do(steps.BookSeen(symbol=symbol, book=random_book(chance, price)))
        request = random_request(chance, f"order {time}", price)
        live.do(steps.OrderPlaced(symbol=symbol, request=request, market=price, time=time))
        live.do(steps.OrdersTaken(symbol=symbol, market=price, time=time))
        live.do(steps.TradeSeen(symbol=symbol, price=price, quantity=chance.randint(1, 20_000), time=time))
        found = live.recorder.run.sub_account.open_orders
        if found and chance.random() < 0.2:
            name = chance.choice(found)[1].request.client_order_id
            live.do(steps.OrderCancelled(client_order_id=name, time=time))
    live.do(steps.MovedOut(quote=1))
    live.do(steps.MovedOut())
    live.check()


@examples(10)
@given(seed=st.integers(0, 2**32))
def test_what_a_grid_did_is_replayed_with_the_answers_of_its_risk_gate(seed: int) -> None:
    chance, price = random.Random(seed), 10_000_00

    def gate(*_: object, is_counted: bool = False) -> RiskRefusal | None:
        return RiskRefusal(RiskCode.ORDER_RATE, "too fast") if chance.random() < 0.1 else None

    live = Live(start_of(GridMemory()), gate)
    live.do(steps.GridStarted(market=price, time=1))
    for time in range(2, 120):
        price = min(10_300_00, max(9_700_00, price + chance.randint(-30_00, 30_00)))
        live.do(steps.BookSeen(symbol="BTCUSDT", book=book_at(price)))
        if chance.random() < 0.3:
            live.do(steps.GridAdvanced(market=price, time=time))
        live.do(steps.TradeSeen(symbol="BTCUSDT", price=price, quantity=chance.randint(1, 20_000), time=time))
        driver = live.recorder.run.driver
        assert driver is not None
        if time == 60 and driver.state is GridState.RUNNING:
            live.do(steps.GridPaused(reason=PauseReason.USER, time=time))
            live.do(steps.GridResumed(market=price, time=time))
            changed = msgspec.structs.replace(PARAMETERS, stop_loss=Decimal(9_750))
            live.do(steps.GridUpdated(parameters=changed, market=price, time=time))
    live.check()


def test_a_fault_a_restart_and_a_stop_are_replayed() -> None:
    live = Live(start_of(GridMemory()))
    live.do(steps.GridStarted(market=10_000_00, time=1))
    live.do(steps.GridAdvanced(market=10_000_00, time=2))
    live.do(steps.OrderCancelled(client_order_id="grid_a-0-buy-1", time=2))
    live.do(steps.GridFailed(reason="a fault", time=3))
    live.do(steps.GridRestarted(time=4))
    live.do(steps.GridAdvanced(market=10_000_00, time=5))
    live.do(steps.GridStopped(close_position=True, time=6))
    live.do(steps.GridAdvanced(market=10_000_00, time=7))
    live.check()
    assert len(live.told) > 25


def test_a_grid_that_is_stopping_and_is_told_to_sell_is_replayed() -> None:
    live = Live(start_of(GridMemory()))
    live.do(steps.GridStarted(market=10_000_00, time=1))
    live.do(steps.GridAdvanced(market=10_000_00, time=2))
    live.do(steps.GridStopped(cancel_orders=False, time=3))
    live.do(steps.GridSoldBeforeEnd(time=4))
    live.do(steps.GridAdvanced(market=10_000_00, time=5))
    live.check()
    assert live.recorder.run.sub_account.account.total("BTC") == 0


def test_whatever_is_done_to_a_grid_at_a_time_is_recorded() -> None:
    public = {name: each for name, each in vars(GridDriver).items() if not name.startswith("_") and callable(each)}
    timed = {name for name, method in public.items() if "time" in signature(method).parameters}
    assert timed <= vars(RecordedGridDriver).keys()


def test_a_step_that_was_refused_is_not_recorded() -> None:
    live = Live(start_of())
    with pytest.raises(ValueError, match="the recorded sub-account is none of a grid"):
        live.do(steps.GridAdvanced(market=1, time=1))
    assert len(live.recorder.recording.lines) == 1


@pytest.mark.parametrize(("answers", "often"), [((), "more"), ((None,) * 12, "less")])
def test_a_recording_that_goes_another_way_is_refused_with_its_step(answers: tuple[None, ...], often: str) -> None:
    live = Live(start_of(GridMemory()))
    live.do(steps.GridStarted(market=10_000_00, time=1))
    live.do(steps.GridAdvanced(market=10_000_00, time=2))
    recording = live.recorder.recording
    *others, last = recording.lines
    assert len(last.answers) == 11
    with pytest.raises(ReplayError, match=rf"step 3 \(grid_advance\) asks the risk gate {often} often"):
        replay(Recording(recording.start, (*others, RecordedLine(last.step, answers))))


@pytest.mark.parametrize("lines", [[], [b"{}"], [b"no json"]])
def test_what_is_no_recording_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(msgspec.DecodeError):
        Recording.decoded(lines)


def test_an_order_by_hand_is_recorded_as_it_was_placed() -> None:
    live = Live(start_of())
    request = limit("a", Side.BUY, 100_00, 100)
    live.do(steps.OrderPlaced(symbol="BTCUSDT", request=request, market=100_00, time=5, best_opposite=100_01))
    [order] = replay(live.recorder.recording).orders
    assert (order.request, order.placed_at) == (request, 5)


def test_an_instrument_is_recorded_with_all_its_filters() -> None:
    band = PriceBand(lowest=Decimal("0.2"), highest=Decimal(5))
    instrument = replace(
        BTC,
        minimum_notional=Decimal(5),
        minimum_quantity=Decimal("0.0001"),
        maximum_quantity=Decimal(9000),
        maximum_orders=200,
        buy_band=band,
    )
    written = msgspec.json.encode(RecordedInstrument.of(instrument))
    assert msgspec.json.decode(written, type=RecordedInstrument).instrument() == instrument
