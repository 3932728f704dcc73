"""Replays a recorded paper run: the same engine, fed with the same, gives the same orders and fills, one by one."""

from collections import deque

import msgspec

from trading.engine.accounts.settlement import Fill
from trading.engine.instrument import Instrument
from trading.engine.live.recordings.recording import RecordedRun, Recording
from trading.engine.live.recordings.steps import RecordedStep
from trading.engine.live.state import GridEvent, GridMemory, LiveOrderEvent, OrderMemory, SubAccountState
from trading.engine.orders.order import OrderRequest
from trading.engine.risk.gate import RiskRefusal


class ReplayError(Exception):
    """A recording isn't of this engine: at step `number` (from 1) it asks the risk gate more or less than recorded."""

    def __init__(self, number: int, step: RecordedStep, *, asks_more: bool) -> None:
        kind = step.__struct_config__.tag
        often = "more often" if asks_more else "less often"
        super().__init__(f"step {number} ({kind}) asks the risk gate {often} than it was recorded")
        self.number = number


class ReplayedRun(msgspec.Struct, frozen=True, kw_only=True):
    """What a recorded run did: `orders` by their numbers, each as it was left; all else in its order."""

    orders: tuple[OrderMemory, ...]
    fills: tuple[Fill, ...]
    events: tuple[LiveOrderEvent, ...]
    grid_events: tuple[GridEvent, ...]
    state: SubAccountState
    memory: GridMemory | None


def replay(recording: Recording) -> ReplayedRun:
    """Do all that was recorded; raise `ReplayError` where it goes another way."""
    answers: deque[RiskRefusal | None] = deque()

    def gate(
        instrument: Instrument, request: OrderRequest, market: int, time: int, /, *, is_counted: bool = False
    ) -> RiskRefusal | None:
        if not answers:
            raise ReplayError(number, line.step, asks_more=True)
        return answers.popleft()

    run = RecordedRun(recording.start, gate)
    orders = {order.number: order for order in recording.start.state.orders}
    events: list[LiveOrderEvent] = []
    grid_events: list[GridEvent] = []
    for number, line in enumerate(recording.lines, 1):
        answers.extend(line.answers)
        run.do(line.step)
        if answers:
            raise ReplayError(number, line.step, asks_more=False)
        changes = run.sub_account.take_changes()
        orders.update((order.number, order) for order in changes.orders)
        events += changes.events
        grid_events += run.driver.take_events() if run.driver else ()
    return ReplayedRun(
        orders=tuple(orders[number] for number in sorted(orders)),
        fills=tuple(event.fill for event in events if event.fill is not None),
        events=tuple(events),
        grid_events=tuple(grid_events),
        state=run.sub_account.state(),
        memory=run.driver.memory() if run.driver else None,
    )
