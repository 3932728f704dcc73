"""Getting the candles of the past that rules need, of a few topics at a time."""

import asyncio
from collections.abc import Callable, Iterator

import structlog

from alerts.firing.candle_lines import Need
from alerts.firing.evaluation import Evaluation
from alerts.firing.past import Past

_SECONDS = 1.0
_AT_A_TIME = 4

logger = structlog.get_logger(__name__)


class LookingBack:
    """Asks `past` for what `evaluation` needs; `filled` is called each time that it has got something."""

    def __init__(self, evaluation: Evaluation, past: Past, filled: Callable[[], None]) -> None:
        self._evaluation = evaluation
        self._past = past
        self._filled = filled

    async def run(self) -> None:
        """Look now and then what is needed, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(_SECONDS)

    async def look(self) -> None:
        """Ask once for all that is needed now; return when all of it has been answered, or has failed."""
        needs = self._evaluation.needs
        self._past.forget_all_but({need.topic for need in needs})
        waiting = iter(needs)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(_AT_A_TIME, len(needs))):
                tasks.create_task(self._get_each(waiting))

    async def _get_each(self, waiting: Iterator[Need]) -> None:
        for need in waiting:
            try:
                await self._get(need)
            except Exception:
                logger.exception("candles of the past can't be taken", topic=need.topic.key)

    async def _get(self, need: Need) -> None:
        bars = await self._past.bars(need)
        if bars is not None:
            self._evaluation.fill(need, bars, simulated=self._past.is_simulated)
            self._filled()
