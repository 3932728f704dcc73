"""What is told where an order of a grid, of a strategy or by hand is held back, and the log lines of grids. Pure."""

from collections.abc import Iterator

import msgspec

from streaming.events import BaseEvent, LogLevel, LogLine, log_line
from trading.engine.risk.gate import SWITCHED_LEVELS, RiskCode
from trading.engine.risk.levels import TradingLevel
from trading.events import GridRisk, GridRiskEvent
from trading.live.events.event_origin import EventOrigin

WITHOUT_ORDERS = "WITHOUT_ORDERS"
"""The code of an alarm: a grid runs, the price is between its lines, and it has no order."""
_NO_ORDER = "no order rests, though the price is between the lines"


class ToldRefusal(msgspec.Struct, frozen=True):
    """By which code a refusal is told, and at which level the kill switch stands: it has one code at any level."""

    code: str
    level: TradingLevel


def told_refusal(code: str) -> ToldRefusal:
    """Return how the code of a refusal is told.

    >>> told_refusal("REDUCE_ONLY").code, told_refusal("ORDER_SIZE").code
    ('KILL_SWITCH_ACTIVE', 'ORDER_SIZE')
    """
    level = SWITCHED_LEVELS.get(code)
    return ToldRefusal(code, TradingLevel.ACTIVE) if level is None else ToldRefusal(RiskCode.HALTED.value, level)


def alarm_events(origin: EventOrigin, *, time: int) -> Iterator[BaseEvent]:
    """Yield what is told of a grid that has no order, though it runs and the price is between its lines."""
    yield risk_event(GridRiskEvent.CHECK, origin, time, check="orders", code=WITHOUT_ORDERS, message=_NO_ORDER)
    yield grid_line(LogLevel.ERROR, f"[ALARM] {_NO_ORDER}", origin, time)


def risk_event(
    event: GridRiskEvent,
    origin: EventOrigin,
    time: int,
    *,
    check: str,
    code: str | None = None,
    message: str,
    level: TradingLevel = TradingLevel.ACTIVE,
) -> GridRisk:
    """Return what came of a check of a grid: it has passed where there is no code."""
    return GridRisk(
        channel=f"grid.{origin.grid}.risk",
        owner=origin.owner,
        time=time,
        event=event,
        grid_id=origin.grid or "",
        check=check,
        passed=code is None,
        code=code,
        message=message,
        level=level,
    )


def grid_line(level: LogLevel, message: str, origin: EventOrigin, time: int) -> LogLine:
    """Return a log line of a grid, for its owner."""
    return log_line(level, source=f"grid.{origin.grid}", message=message, time=time, owner=origin.owner)
