"""Doing what is left of kill switches whose level was set, where whoever threw them is gone."""

import structlog

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.fan_out.hub import Hub
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.database_thread import DatabaseThread
from streaming.workers.fencing import Fence, LeaseLostError
from trading.kill_switch.closing import markets_to_close
from trading.kill_switch.unfinished import UnfinishedSwitch, switch_finish, switches_unfinished

logger = structlog.get_logger(__name__)


class UnfinishedSwitches:
    """Looks for them in `database`, and finishes each behind the `fence`; `hub` knows at which prices to sell."""

    def __init__(self, hub: Hub, database: DatabaseThread, *, fence: Fence | None, clock: Clock) -> None:
        self._hub = hub
        self._database = database
        self._fence = fence
        self._clock = clock
        self._outage = Outage("database of the kill switch", clock)

    async def finish(self) -> None:
        """Finish those that are left; what fails is tried again. Raise `LeaseLostError` where another has the lease."""
        try:
            for unfinished in await self._database.run(switches_unfinished, now=moment(self._clock.now_ms())):
                await self._finish_one(unfinished)
        except AnyDatabaseError as error:
            self._outage.failed(error)
        else:
            self._outage.worked()

    async def _finish_one(self, unfinished: UnfinishedSwitch) -> None:
        """Finish one; where that fails by a fault of its own, others are finished all the same."""
        try:
            await self._finish(unfinished)
        except (LeaseLostError, AnyDatabaseError):
            raise
        except Exception:
            logger.exception("what is left of a kill switch could not be done", scope=unfinished.target.scope.value)

    async def _finish(self, unfinished: UnfinishedSwitch) -> None:
        rows = unfinished.target.sub_accounts()
        markets = await markets_to_close(self._own_hub, rows) if unfinished.closes else None
        now = moment(self._clock.now_ms())
        if await self._database.run(switch_finish, unfinished, markets=markets, fence=self._fence, now=now):
            logger.warning(
                "a kill switch was finished that whoever threw it had left", scope=unfinished.target.scope.value
            )

    async def _own_hub(self) -> Hub:
        return self._hub
