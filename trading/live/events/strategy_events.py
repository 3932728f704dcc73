"""What users are told of what a strategy did: its orders, its signals, its states, and the log lines of all that. Pure.

Who stores a change makes its events of the very same change, and stores them with it.
"""

from collections.abc import Iterable, Iterator, Mapping

from streaming.events import BaseEvent, LogLevel, LogLine, Source, log_line
from streaming.events.intervals import span_text
from trading.engine.amounts import decimal_of
from trading.engine.instrument import Instrument
from trading.engine.live.state import InstanceFigures, LiveOrderEvent
from trading.engine.live.strategies.state import StrategyEvent, StrategyState, StrategyStateChange
from trading.engine.live.strategies.state import StrategySignal as Signal
from trading.engine.matching.events import OrderEventKind
from trading.engine.orders.order import OrderRequest
from trading.engine.strategies.signals import SignalAction, version_told
from trading.events import (
    InstanceLifecycleEvent,
    ModelRecord,
    StrategyLifecycle,
    StrategyOrder,
    StrategyProfit,
    StrategyRisk,
    StrategySignal,
    StrategyStatus,
    StrategyTrade,
)
from trading.events import Signal as PublicSignal
from trading.ids import signal_id
from trading.live.events.event_origin import StrategyOrigin
from trading.live.events.instance_events import ORDER_EVENTS, fill_message, lifecycle_line, order_fields, trade_fields
from trading.live.events.risk_events import told_refusal

_CHECK = "order"


def strategy_order_events(
    event: LiveOrderEvent, *, strategy: str, owner: str, order_id: str, instrument: Instrument
) -> Iterator[BaseEvent]:
    """Yield what the strategy's topics tell of something that happened to one of its orders."""
    if event.kind in ORDER_EVENTS:
        yield _order(event, strategy, owner, instrument)
    refusal = event.order.refusal
    if event.kind is OrderEventKind.REJECTED and refusal is not None:
        request = event.order.request
        yield from _refusal_events(
            request, refusal.code, refusal.message, strategy=strategy, owner=owner, time=event.time
        )
    if event.fill is not None:
        yield _trade(event, strategy, owner, order_id, instrument)
        message = fill_message(event.fill, position=event.position, instrument=instrument)
        yield _line(LogLevel.INFO, message, strategy, owner, event.time)


def strategy_events_of(event: StrategyEvent, *, owner: str, of: StrategyOrigin) -> Iterator[BaseEvent]:
    """Yield what is told of something that happened to a strategy itself."""
    match event:
        case StrategyStateChange():
            yield from _state_events(event, owner, of)
        case Signal():
            yield _signal(event, owner, of)
            message = f"[SIGNAL] {event.action.upper()} @ {event.price} {event.reason}".rstrip()
            yield _line(LogLevel.INFO, message, of.id, owner, event.time)
        case _:
            code, message = event.code, event.message
            yield from _refusal_events(event.request, code, message, strategy=of.id, owner=owner, time=event.time)


def public_signals_of(
    events: Iterable[StrategyEvent], *, of: StrategyOrigin, records: Mapping[int, ModelRecord], source: Source
) -> Iterator[PublicSignal]:
    """Yield what anyone is told of a public strategy: its signals, without whose it is, and its record so far.

    `records` tell by their horizon what became of earlier ones.
    """
    for event in events:
        if isinstance(event, Signal):
            record = records.get(event.horizon, ModelRecord())
            version = version_told(of.version, of.algorithm, event.model_version)
            yield PublicSignal(
                symbol=of.symbol,
                source=source,
                time=event.time,
                action=event.action,
                confidence=event.confidence,
                reason=event.reason,
                model=of.strategy,
                version=version,
                horizon=span_text(of.interval, event.horizon),
                price=event.price,
                track_record=record.overall,
                version_record=record.of(version),
                id=signal_id(of.id, event.number),
            )


def strategy_status_event(
    figures: InstanceFigures,
    *,
    owner: str,
    of: StrategyOrigin,
    state: StrategyState,
    reason: str,
    last_signal: SignalAction | None,
    time: int,
) -> StrategyStatus:
    """Return how a strategy stands at a price."""
    return StrategyStatus(
        channel=f"strategy.{of.id}.status",
        owner=owner,
        time=time,
        id=of.id,
        state=state,
        reason=reason or None,
        symbol=of.symbol,
        interval=of.interval,
        position=decimal_of(figures.position),
        realized_pnl=decimal_of(figures.realised),
        unrealized_pnl=decimal_of(figures.unrealised),
        last_signal=last_signal,
    )


def strategy_profit_event(figures: InstanceFigures, *, strategy: str, owner: str, time: int) -> StrategyProfit:
    """Return what a strategy has earned, at a price."""
    return StrategyProfit(
        channel=f"strategy.{strategy}.pnl",
        owner=owner,
        time=time,
        strategy_id=strategy,
        realized_pnl=decimal_of(figures.realised),
        unrealized_pnl=decimal_of(figures.unrealised),
        fees=decimal_of(figures.fees),
        equity=decimal_of(figures.equity),
    )


def strategy_lifecycle_event_of(change: StrategyStateChange) -> InstanceLifecycleEvent | None:
    """Return what is told of a step; of one that prepares what comes next, nothing."""
    match change.before, change.state:
        case _, StrategyState.PAUSED:
            return InstanceLifecycleEvent.PAUSED
        case StrategyState.PAUSED, StrategyState.RUNNING:
            return InstanceLifecycleEvent.RESUMED
        case _, StrategyState.RUNNING:
            return InstanceLifecycleEvent.STARTED
        case _, StrategyState.STOPPED:
            return InstanceLifecycleEvent.STOPPED
        case _, StrategyState.ERROR:
            return InstanceLifecycleEvent.ERROR
    return None


def _state_events(change: StrategyStateChange, owner: str, of: StrategyOrigin) -> Iterator[BaseEvent]:
    happened = strategy_lifecycle_event_of(change)
    if change.state is StrategyState.WARMING_UP and change.reason:
        yield _line(LogLevel.WARN, f"[WARMING UP] {change.reason}", of.id, owner, change.time)
    if happened is None:
        return
    yield StrategyLifecycle(
        channel=f"strategy.{of.id}.lifecycle",
        owner=owner,
        time=change.time,
        event=happened,
        id=of.id,
        state=change.state,
        reason=change.reason or None,
    )
    level, message = lifecycle_line(happened, change.reason)
    yield _line(level, message, of.id, owner, change.time)


def _refusal_events(
    request: OrderRequest, code: str, message: str, *, strategy: str, owner: str, time: int
) -> Iterator[BaseEvent]:
    """Yield what is told of an order that was held back, or that the exchange rejected."""
    told, said = told_refusal(code), f"{request.side} {request.client_order_id}: {message}"
    yield StrategyRisk(
        channel=f"strategy.{strategy}.risk",
        owner=owner,
        time=time,
        strategy_id=strategy,
        check=_CHECK,
        passed=False,
        code=told.code,
        message=said,
        level=told.level,
    )
    yield _line(LogLevel.WARN, f"[REJECTED] {told.code} {said}", strategy, owner, time)


def _signal(signal: Signal, owner: str, of: StrategyOrigin) -> StrategySignal:
    return StrategySignal(
        channel=f"strategy.{of.id}.signal",
        owner=owner,
        time=signal.time,
        id=of.id,
        strategy=of.strategy,
        symbol=of.symbol,
        action=signal.action,
        price=signal.price,
        confidence=signal.confidence,
        reason=signal.reason,
        number=signal.number,
    )


def _order(event: LiveOrderEvent, strategy: str, owner: str, instrument: Instrument) -> StrategyOrder:
    return StrategyOrder(
        channel=f"strategy.{strategy}.order", owner=owner, strategy_id=strategy, **order_fields(event, instrument)
    )


def _trade(event: LiveOrderEvent, strategy: str, owner: str, order_id: str, instrument: Instrument) -> StrategyTrade:
    return StrategyTrade(
        channel=f"strategy.{strategy}.trade",
        owner=owner,
        strategy_id=strategy,
        **trade_fields(event, order_id, instrument),
    )


def _line(level: LogLevel, message: str, strategy: str, owner: str, time: int) -> LogLine:
    return log_line(level, source=f"strategy.{strategy}", message=message, time=time, owner=owner)
