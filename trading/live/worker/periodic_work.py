"""What the trading worker does by the clock, beside following the market, while it holds its lease."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import structlog
from django.conf import settings

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.fan_out.hub import Hub
from streaming.outage import Outage
from streaming.stored_events.event_outbox import PendingEvent
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence, LeaseLostError
from streaming.workers.waiting import until_one_ends
from trading.live.events.outbox import OUTBOX
from trading.live.events.publish_event import PublishEvent
from trading.live.events.snapshots import last_prices
from trading.live.events.statuses import GridStatuses, MarketOf
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.account_reports import AccountReports, Prices
from trading.live.worker.dead_man import overdue_orders_cancel
from trading.live.worker.unfinished_switches import UnfinishedSwitches

_WATCH_SECONDS = 1.0

logger = structlog.get_logger(__name__)


class PeriodicWork:
    """Tells how grids, accounts and portfolios stand, cancels what the dead man's switch is to cancel, and does what
    is left of kill switches.

    `sub_accounts` are those that the worker drives, as they are at any time; `wake` has it look at the outbox,
    `epoch` is its fencing number, `fence` what its writes stand behind.
    It asks the database by a thread of its own, so that nobody waits for it who stores what was executed.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        sub_accounts: Mapping[int, LoadedSubAccount],
        market_of: MarketOf,
        prices: Prices,
        publish: PublishEvent,
        wake: Callable[[], None],
        fence: Fence | None,
        epoch: int,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._wake = wake
        self._fence = fence
        self._database = DatabaseThread("trading-reports")
        self._outage = Outage("database of the dead man's switch", clock)
        self._switches = UnfinishedSwitches(hub, self._database, fence=fence, clock=clock)
        self._statuses = GridStatuses(
            sub_accounts,
            market_of=market_of,
            publish=hub.publish_all,
            epoch=epoch,
            alarm=self._raise_alarm,
            clock=clock,
        )
        self._reports = AccountReports(
            database=self._database,
            prices=prices,
            find_prices=partial(last_prices, hub),
            publish=publish,
            fence=fence,
            clock=clock,
            pause=settings.ACCOUNT_PUBLISH_SECONDS,
            interval=settings.PORTFOLIO_PUBLISH_SECONDS,
        )

    def note_changed(self, owner_ids: Iterable[int]) -> None:
        """Let users soon be told of their accounts: something of these was stored, by whomever."""
        self._reports.note_changed(owner_ids)

    async def run(self) -> None:
        """Go on until cancelled; raise `LeaseLostError` where another has the lease."""
        try:
            await until_one_ends(self._statuses.run(), self._reports.run(), self._watch())
        finally:
            await self._database.stop()

    async def cancel_overdue(self) -> None:
        """Cancel the orders of those whose dead man's switch is due; what fails is tried again."""
        try:
            await self._database.run(overdue_orders_cancel, fence=self._fence, now=moment(self._clock.now_ms()))
        except LeaseLostError:
            raise
        except AnyDatabaseError as error:
            self._outage.failed(error)
        except Exception:
            logger.exception("orders could not be cancelled by the dead man's switch")
        else:
            self._outage.worked()

    async def _watch(self) -> None:
        while True:
            await self.cancel_overdue()
            await asyncio.sleep(_WATCH_SECONDS)
            await self._switches.finish()

    async def _raise_alarm(self, told: Sequence[PendingEvent]) -> None:
        await self._database.run(OUTBOX.append_fenced, told, fence=self._fence, now=moment(self._clock.now_ms()))
        self._wake()
