"""How grids stand, each second; and the alarm of one that has no order."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
import structlog
from asgiref.sync import async_to_sync

from streaming.events import BaseEvent, Envelope
from streaming.events.system import LogLine
from streaming.stored_events.event_outbox import PendingEvent
from tests.manual_clock import ManualClock
from tests.trading.live.rows import account_of, grid_of, hand_of, load
from tests.trading.market import symbol_listed
from trading.engine.amounts import ONE, decimal_of
from trading.engine.grid.state import GridState, PauseReason
from trading.engine.instrument import Instrument
from trading.engine.matching.book import Book
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.risk.gate import RiskCode, RiskRefusal
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.events import GridRisk, GridStatus
from trading.live.events.statuses import SLICES, GridStatuses
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import SubAccount

pytestmark = pytest.mark.django_db

_MARKET = 10_000  # ticks of 0.01
_GRID = GridParameters(lower_price=Decimal(90), upper_price=Decimal(110), grid_count=10)


class Ears:
    """What was told, and of which alarms; the layer can be away."""

    def __init__(self) -> None:
        self.events: list[BaseEvent] = []
        self.numbers: list[tuple[int, int]] = []
        self.alarms: list[PendingEvent] = []
        self.is_away = False

    async def publish(self, envelopes: Sequence[Envelope]) -> None:
        if self.is_away:
            raise ConnectionError("the layer is away")
        self.events += [envelope.event for envelope in envelopes]
        self.numbers += [(envelope.epoch, envelope.sequence) for envelope in envelopes]

    async def alarm(self, told: Sequence[PendingEvent]) -> None:
        self.alarms += told

    def drain(self) -> list[BaseEvent]:
        told, self.events = self.events, []
        return told


def refuse_limits(_: Instrument, request: OrderRequest, /, *__: int, is_counted: bool = False) -> RiskRefusal | None:
    """Let through only what a grid begins with."""
    return RiskRefusal(RiskCode.OPEN_ORDERS, "no order more") if request.type is OrderType.LIMIT else None


def running(row: SubAccount, *, refuses: bool = False) -> LoadedSubAccount:
    loaded = sub_accounts_load([row.pk], lock=False, gate_of=lambda _: refuse_limits)[row.pk] if refuses else load(row)
    assert loaded.grid is not None
    loaded.grid.start(market=_MARKET, time=1)
    loaded.grid.see_book(Book())
    loaded.grid.advance(market=_MARKET, time=1)
    return loaded


def statuses_of(ears: Ears, *held: LoadedSubAccount, market: int | None = _MARKET) -> GridStatuses:
    return GridStatuses(
        {one.row.pk: one for one in held},
        market_of=lambda _: market,
        publish=ears.publish,
        epoch=7,
        alarm=ears.alarm,
        clock=ManualClock(),
    )


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def grid() -> LoadedSubAccount:
    symbol_listed()
    return running(grid_of(account_of(), _GRID))


@async_to_sync
async def tell(statuses: GridStatuses) -> None:
    """Let a second pass: all of its slices."""
    for number in range(SLICES):
        await statuses.tell_slice(number)


def test_each_grid_is_told_of_once_a_second_with_its_figures(grid: LoadedSubAccount, ears: Ears) -> None:
    assert grid.grid is not None
    statuses = statuses_of(ears, grid)
    tell(statuses)
    (status,) = ears.drain()
    figures = grid.grid.figures(_MARKET)
    assert isinstance(status, GridStatus)
    assert (status.channel, status.owner) == (f"grid.{grid.row.grid_id}.status", str(grid.owner_id))
    assert (status.state, status.current_price) == (GridState.RUNNING, Decimal(100))
    assert (status.active_buy_orders, status.active_sell_orders) == (figures.buy_orders, figures.sell_orders) == (5, 5)
    assert status.realized_pnl + status.unrealized_pnl == status.equity - decimal_of(1000 * ONE)
    assert status.fees == decimal_of(figures.fees) > 0


def test_they_are_numbered_for_each_grid_under_the_fencing_number(grid: LoadedSubAccount, ears: Ears) -> None:
    other = running(grid_of(grid.account, _GRID))
    statuses = statuses_of(ears, grid, other)
    tell(statuses)
    tell(statuses)
    assert ears.numbers == [(7, 1), (7, 1), (7, 2), (7, 2)]


def test_a_paused_grid_says_why_and_others_are_told_of_elsewhere(grid: LoadedSubAccount, ears: Ears) -> None:
    assert grid.grid is not None
    grid.grid.pause(PauseReason.EXCHANGE_DOWN, time=2)
    tell(statuses_of(ears, grid))
    status = ears.drain()[0]
    assert isinstance(status, GridStatus)
    assert (status.state, status.reason) == (GridState.PAUSED, "exchange_down")
    grid.grid.stop(time=3)
    tell(statuses_of(ears, grid, load(hand_of(grid.account))))
    assert ears.drain() == []


def test_of_a_symbol_whose_price_is_unknown_nothing_is_told(grid: LoadedSubAccount, ears: Ears) -> None:
    tell(statuses_of(ears, grid, market=None))
    assert ears.drain() == []


def test_a_grid_without_orders_within_its_lines_raises_one_alarm_each_time(ears: Ears) -> None:
    symbol_listed()
    idle = running(grid_of(account_of(), _GRID), refuses=True)
    statuses = statuses_of(ears, idle)
    with structlog.testing.capture_logs() as lines:
        tell(statuses)
        tell(statuses)
    assert [line["grid"] for line in lines] == [idle.row.grid_id]
    risk, line = [told.event for told in ears.alarms]
    assert isinstance(risk, GridRisk)
    assert (risk.check, risk.passed, risk.code) == ("orders", False, "WITHOUT_ORDERS")
    assert isinstance(line, LogLine)
    assert (line.owner, line.source) == (str(idle.owner_id), f"grid.{idle.row.grid_id}")
    assert {(told.owner_id, told.subject_id) for told in ears.alarms} == {(idle.owner_id, idle.row.pk)}


def test_it_goes_on_once_the_layer_takes_events_again(grid: LoadedSubAccount, ears: Ears) -> None:
    statuses = statuses_of(ears, grid)
    ears.is_away = True
    tell(statuses)
    ears.is_away = False
    tell(statuses)
    assert [type(event) for event in ears.drain()] == [GridStatus]
