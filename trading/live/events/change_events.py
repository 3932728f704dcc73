"""What users are told of what the engine did: orders, grids, and the log lines of one's own instances. Pure.

Who stores a change makes its events of the very same change, and stores them with it.
"""

from collections.abc import Iterable, Iterator, Mapping

from streaming.events import BaseEvent, LogLevel, LogLine, Side
from trading.engine.amounts import decimal_of
from trading.engine.grid.state import GridState
from trading.engine.instrument import Instrument
from trading.engine.live.state import (
    GridEvent,
    GridFigures,
    GridStateChange,
    LevelRefusal,
    LiveOrderEvent,
    SubAccountChanges,
)
from trading.engine.live.strategies.state import StrategyEvent
from trading.engine.matching.events import OrderEventKind
from trading.events import (
    Affected,
    GridLifecycle,
    GridOrder,
    GridProfit,
    GridRiskEvent,
    GridStatus,
    GridTrade,
    InstanceLifecycleEvent,
    KillSwitch,
    KillSwitchEvent,
    KillSwitchScope,
)
from trading.live.events.event_origin import EventOrigin
from trading.live.events.instance_events import ORDER_EVENTS, fill_message, lifecycle_line, order_fields, trade_fields
from trading.live.events.order_events import order_event
from trading.live.events.risk_events import grid_line, risk_event, told_refusal
from trading.live.events.strategy_events import strategy_events_of, strategy_order_events

_CHECK = "level"


def change_events(
    changes: SubAccountChanges,
    grid_events: Iterable[GridEvent],
    *,
    strategy_events: Iterable[StrategyEvent] = (),
    origin: EventOrigin,
    order_ids: Mapping[int, str],
    instruments: Mapping[str, Instrument],
) -> list[BaseEvent]:
    """Return all that is told of what changed in a sub-account, in its order; `order_ids` are by orders' numbers."""
    told: list[BaseEvent] = []
    for event in changes.events:
        instrument, order_id = instruments[event.symbol], order_ids[event.order.number]
        told += order_events(event, origin=origin, order_id=order_id, instrument=instrument)
    for happened in grid_events:
        told += grid_events_of(happened, origin=origin)
    if origin.strategy is not None:
        for one in strategy_events:
            told += strategy_events_of(one, owner=origin.owner, of=origin.strategy)
    return told


def order_events(
    event: LiveOrderEvent, *, origin: EventOrigin, order_id: str, instrument: Instrument
) -> Iterator[BaseEvent]:
    """Yield what is told of something that happened to an order; that a stop was reached shows in nothing."""
    if event.kind is OrderEventKind.TRIGGERED:
        return
    yield order_event(event.order, order_id=order_id, whose=origin, instrument=instrument, time=event.time)
    if origin.grid is not None and event.kind in ORDER_EVENTS:
        yield _grid_order(event, origin.grid, origin.owner, instrument)
    if origin.grid is not None and event.fill is not None:
        yield _grid_trade(event, origin.grid, origin.owner, order_id, instrument)
        yield fill_line(event, origin=origin, instrument=instrument)
    if origin.strategy is not None:
        yield from strategy_order_events(
            event, strategy=origin.strategy.id, owner=origin.owner, order_id=order_id, instrument=instrument
        )


def fill_line(event: LiveOrderEvent, *, origin: EventOrigin, instrument: Instrument) -> LogLine:
    """Return the log line of a grid's fill: `[FILL] BUY @ 94000.00 | Position: 0.001000`."""
    assert event.fill is not None  # noqa: S101 - the caller has looked
    message = fill_message(event.fill, position=event.position, instrument=instrument)
    return grid_line(LogLevel.INFO, message, origin, event.time)


def grid_events_of(event: GridEvent, *, origin: EventOrigin) -> Iterator[BaseEvent]:
    """Yield what is told of something that happened to a grid itself."""
    if isinstance(event, GridStateChange):
        yield from _state_events(event, origin)
    else:
        yield from _level_events(event, origin)


def status_event(
    figures: GridFigures, *, origin: EventOrigin, instrument: Instrument, state: GridState, reason: str, time: int
) -> GridStatus:
    """Return how a grid stands at a price."""
    return GridStatus(
        channel=f"grid.{origin.grid}.status",
        owner=origin.owner,
        time=time,
        id=origin.grid or "",
        state=state,
        reason=reason or None,
        current_price=instrument.price(figures.price),
        position=decimal_of(figures.position),
        active_buy_orders=figures.buy_orders,
        active_sell_orders=figures.sell_orders,
        realized_pnl=decimal_of(figures.realised),
        unrealized_pnl=decimal_of(figures.unrealised),
        equity=decimal_of(figures.equity),
        fees=decimal_of(figures.fees),
    )


def profit_event(figures: GridFigures, *, origin: EventOrigin, time: int) -> GridProfit:
    """Return what a grid has earned, at a price."""
    return GridProfit(
        channel=f"grid.{origin.grid}.pnl",
        owner=origin.owner,
        time=time,
        grid_id=origin.grid or "",
        realized_pnl=decimal_of(figures.realised),
        unrealized_pnl=decimal_of(figures.unrealised),
        fees=decimal_of(figures.fees),
        cycles=figures.cycles,
        equity=decimal_of(figures.equity),
    )


def kill_switch_event(
    *,
    is_active: bool,
    scope: KillSwitchScope,
    of: str | None,
    owner: str,
    reason: str,
    by: str,
    affected: Affected,
    time: int,
) -> KillSwitch:
    """Return what is told of a thrown kill switch; `of` is the user's or the grid's id, `owner` whom it concerns."""
    return KillSwitch(
        owner=owner,
        time=time,
        event=KillSwitchEvent.ACTIVATED if is_active else KillSwitchEvent.DEACTIVATED,
        scope=scope,
        id=of,
        reason=reason,
        by=by,
        affected=affected,
    )


def _grid_order(event: LiveOrderEvent, grid: str, owner: str, instrument: Instrument) -> GridOrder:
    return GridOrder(
        channel=f"grid.{grid}.order",
        owner=owner,
        grid_id=grid,
        level=level_of(event.order.request.client_order_id),
        **order_fields(event, instrument),
    )


def _grid_trade(event: LiveOrderEvent, grid: str, owner: str, order_id: str, instrument: Instrument) -> GridTrade:
    return GridTrade(
        channel=f"grid.{grid}.trade",
        owner=owner,
        grid_id=grid,
        level=level_of(event.order.request.client_order_id),
        **trade_fields(event, order_id, instrument),
    )


def level_of(client_order_id: str) -> int | None:
    """Return the line of a grid's order, by its name; None for one that opens or closes the position.

    >>> level_of("grid_a-3-buy-1"), level_of("grid_a-3-sell-2"), level_of("grid_a-open-1")
    (3, 4, None)
    """
    match client_order_id.rsplit("-", 3):
        case [_, gap, Side.BUY.value, _] if gap.isdecimal():
            return int(gap)
        case [_, gap, Side.SELL.value, _] if gap.isdecimal():
            return int(gap) + 1
    return None


def _state_events(change: GridStateChange, origin: EventOrigin) -> Iterator[BaseEvent]:
    happened = lifecycle_event_of(change)
    if happened is None:
        return
    yield GridLifecycle(
        channel=f"grid.{origin.grid}.lifecycle",
        owner=origin.owner,
        time=change.time,
        event=happened,
        grid_id=origin.grid or "",
        state=change.state,
        reason=change.reason or None,
        lines=origin.lines,
    )
    level, message = lifecycle_line(happened, change.reason)
    yield grid_line(level, message, origin, change.time)


def lifecycle_event_of(change: GridStateChange) -> InstanceLifecycleEvent | None:
    """Return what is told of a step; of one that prepares what comes next, nothing."""
    match change.before, change.state:
        case _, GridState.PAUSED:
            return InstanceLifecycleEvent.PAUSED
        case GridState.PAUSED, GridState.RUNNING | GridState.STARTING | GridState.WAITING_TRIGGER:
            return InstanceLifecycleEvent.RESUMED
        case _, GridState.RUNNING:
            return InstanceLifecycleEvent.STARTED
        case _, GridState.STOPPED:
            return InstanceLifecycleEvent.STOPPED
        case _, GridState.ERROR:
            return InstanceLifecycleEvent.ERROR
    return None


def _level_events(refusal: LevelRefusal, origin: EventOrigin) -> Iterator[BaseEvent]:
    level, time = refusal.level, refusal.time
    place = f"{level.side} at level {level.level}"
    if not level.code:
        yield risk_event(GridRiskEvent.CHECK, origin, time, check=_CHECK, message=f"{place} is placed")
        return
    message = f"{place}: {level.message}"
    told = told_refusal(level.code)
    rejected = GridRiskEvent.REJECTED
    yield risk_event(rejected, origin, time, check=_CHECK, code=told.code, message=message, level=told.level)
    yield grid_line(LogLevel.WARN, f"[REJECTED] {told.code} {message}", origin, time)
