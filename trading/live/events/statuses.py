"""How grids and strategies stand: told of each that runs or is paused once a second, spread over the second.

Figures are published as they are in memory, and stored nowhere: a second later they are told again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import structlog

from streaming.batches import batched
from streaming.clock import Clock
from streaming.events import Envelope, NamedEvent
from streaming.outage import Outage
from streaming.stored_events.channel_numbers import ChannelNumbers
from streaming.stored_events.event_outbox import PendingEvent
from streaming.workers.fencing import LeaseLostError
from trading.engine.grid.state import GridState
from trading.engine.instrument import Instrument
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.state import GridFigures
from trading.engine.live.strategies.driver import StrategyDriver
from trading.engine.live.strategies.state import StrategyState
from trading.events import GridStatus, StrategyStatus
from trading.live.events.change_events import status_event
from trading.live.events.risk_events import alarm_events
from trading.live.events.stored_events import event_origin
from trading.live.events.strategy_events import strategy_status_event
from trading.live.rows.loaded import LoadedSubAccount

SLICES = 20
"""A second has so many slices; a grid is told of in the one of its number."""
_SECONDS = 1.0
_BATCH = 50
"""Of so many is told before others have their turn: it takes some 2 ms."""
_TOLD = (
    *(GridState.RUNNING, GridState.PAUSED),
    *(StrategyState.WARMING_UP, StrategyState.RUNNING, StrategyState.PAUSED),
)

MarketOf = Callable[[str], int | None]
"""Returns the last price of a symbol, in ticks; None where it isn't known."""
PublishAll = Callable[[Sequence[Envelope]], Awaitable[None]]
"""Publishes events that name their channels; raises what the channel layer raises."""
RaiseAlarm = Callable[[Sequence[PendingEvent]], Awaitable[None]]
"""Stores what is told of an alarm, and has it published."""

logger = structlog.get_logger(__name__)


class _Due(NamedTuple):
    loaded: LoadedSubAccount
    driver: GridDriver | StrategyDriver
    instrument: Instrument
    market: int


class GridStatuses:
    """Tells how each of `sub_accounts` stands that is a grid's; `alarm` gets what is told of one that stands idle.

    `epoch` is the fencing number of whoever tells it.
    """

    def __init__(
        self,
        sub_accounts: Mapping[int, LoadedSubAccount],
        *,
        market_of: MarketOf,
        publish: PublishAll,
        epoch: int,
        alarm: RaiseAlarm,
        clock: Clock,
    ) -> None:
        self._sub_accounts = sub_accounts
        self._market_of = market_of
        self._publish = publish
        self._epoch = epoch
        self._alarm = alarm
        self._clock = clock
        self._numbers = ChannelNumbers()
        self._outage = Outage("channel layer of the grids' statuses", clock)
        self._idle: set[int] = set()

    async def run(self) -> None:
        """Tell of all, each second again, until cancelled; raise `LeaseLostError` where `alarm` does."""
        loop = asyncio.get_running_loop()
        began, turn = loop.time(), 0
        while True:
            await self.tell_slice(turn % SLICES)
            turn += 1
            due = began + turn * _SECONDS / SLICES
            if loop.time() > due + _SECONDS:  # it can't keep up: seconds are left out, rather than made up for
                began, turn = loop.time(), turn % SLICES
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def tell_slice(self, number: int) -> None:
        """Tell of those grids that are due in one slice of the second; what the layer doesn't take is left."""
        try:
            for due in batched(list(self._due(number)), _BATCH):
                await self._tell(due)
                await asyncio.sleep(0)
        except LeaseLostError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: in a second it is told again
            self._outage.failed(error)
        else:
            self._outage.worked()

    def _due(self, number: int) -> Iterator[_Due]:
        for pk in [pk for pk in self._sub_accounts if pk % SLICES == number]:
            loaded = self._sub_accounts[pk]
            driver = loaded.driver
            if driver is None or driver.state not in _TOLD:
                continue
            market = self._market_of(loaded.instance_symbol)
            if market is not None:
                yield _Due(loaded, driver, loaded.instruments[loaded.instance_symbol], market)

    async def _tell(self, due: Sequence[_Due]) -> None:
        envelopes = []
        for one in due:
            if isinstance(one.driver, StrategyDriver):
                envelopes.append(self._envelope(one.loaded, self._of_strategy(one.loaded, one.driver, one.market)))
                continue
            figures = one.driver.figures(one.market)
            envelopes.append(self._envelope(one.loaded, self._of_grid(one, one.driver, figures)))
            await self._look_whether_idle(one.loaded, figures)
        await self._publish(envelopes)

    def _of_grid(self, due: _Due, driver: GridDriver, figures: GridFigures) -> GridStatus:
        return status_event(
            figures,
            origin=event_origin(due.loaded),
            instrument=due.instrument,
            state=driver.state,
            reason=driver.reason,
            time=self._clock.now_ms(),
        )

    def _of_strategy(self, loaded: LoadedSubAccount, driver: StrategyDriver, market: int) -> StrategyStatus:
        origin, last = event_origin(loaded), driver.memory().last_signal
        assert origin.strategy is not None  # noqa: S101 - it has a driver
        return strategy_status_event(
            driver.figures(market),
            owner=origin.owner,
            of=origin.strategy,
            state=driver.state,
            reason=driver.reason,
            last_signal=None if last is None else last.action,
            time=self._clock.now_ms(),
        )

    def _envelope(self, loaded: LoadedSubAccount, event: NamedEvent) -> Envelope:
        return Envelope(epoch=self._epoch, sequence=self._numbers.following(loaded.row.pk), event=event)

    async def _look_whether_idle(self, loaded: LoadedSubAccount, figures: GridFigures) -> None:
        """Raise an alarm, once, of a grid that has no order though the price is between its lines."""
        pk = loaded.row.pk
        if not figures.is_without_orders:
            self._idle.discard(pk)
        elif pk not in self._idle:
            logger.error("a grid has no order though the price is between its lines", grid=loaded.row.grid_id)
            alarms = alarm_events(event_origin(loaded), time=self._clock.now_ms())
            await self._alarm([PendingEvent(event=event, owner_id=loaded.owner_id, subject_id=pk) for event in alarms])
            self._idle.add(pk)
