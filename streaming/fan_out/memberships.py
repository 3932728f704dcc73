"""The groups of the channel layer that a process is a member of, counted by those who need them.

A group is joined for the first who needs it and left with the last; the one can't overtake the other. What fails to be
joined can be tried again.
"""

import asyncio
from collections.abc import Awaitable

import structlog

from streaming.layer.channel_layer import GroupLayer

REJOIN_SECONDS = 3600.0
"""Some layers end a membership after a day (`group_expiry`); joining again renews it."""
_LEAVE_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class Memberships:
    """Joins groups for those who need them, and leaves them after the last.

    `channel` is set before the first group is joined.
    """

    def __init__(self, layer: GroupLayer) -> None:
        self.channel = ""
        self._layer = layer
        self._needed: dict[str, int] = {}
        self._joins: dict[str, asyncio.Task[None]] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}

    def need(self, group: str) -> None:
        """Count one more who needs `group`."""
        self._needed[group] = self._needed.get(group, 0) + 1

    def need_no_more(self, group: str) -> None:
        """Count one less; the group is left soon where nobody needs it."""
        if group not in self._needed:  # everything has been left
            return
        self._needed[group] -= 1
        if not self._needed[group]:
            del self._needed[group]
            leaving = asyncio.get_running_loop().create_task(self._leave_after(self._joins.pop(group, None), group))
            self._leaving[group] = leaving
            leaving.add_done_callback(lambda task: self._left(group, task))

    async def join(self, group: str) -> None:
        """Wait until the process is a member of a needed group; raise what the layer raises. Safe to cancel."""
        await asyncio.shield(self._ensure_joined(group))

    async def rejoin_forever(self) -> None:
        """Join all groups that are needed again, every `REJOIN_SECONDS`; `leave_all` may end it."""
        while True:
            await asyncio.sleep(REJOIN_SECONDS)
            for group in list(self._needed):
                await self._rejoin(group)

    async def leave_all(self) -> None:
        """Leave all groups, but don't wait for a layer that hangs: it forgets a lost process by itself."""
        joins = [*self._joins.values(), *self._leaving.values()]
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                for group in list(self._needed):
                    await self._attempt("a group could not be left", group, self._discard(group))
        except TimeoutError:
            logger.warning("the channel layer does not answer; leaving without a word")
        for task in joins:
            task.cancel()
        await asyncio.gather(*joins, return_exceptions=True)
        self._needed.clear()
        self._joins.clear()

    async def _rejoin(self, group: str) -> None:
        """Join a group again that is still needed; leaving it waits for that, as it does for the first join."""
        if group not in self._needed:  # those before it took their time
            return
        join = self._joins.get(group)
        if join is not None and join.done():
            del self._joins[group]
        await self._attempt("a group could not be joined again", group, self.join(group))

    def _ensure_joined(self, group: str) -> asyncio.Task[None]:
        join = self._joins.get(group)
        if join is None or (join.done() and (join.cancelled() or join.exception() is not None)):
            join = self._joins[group] = asyncio.create_task(self._join(group, self._leaving.get(group)))
        return join

    async def _join(self, group: str, leaving: asyncio.Task[None] | None) -> None:
        """Join once what was leaving before has ended; a later one waits for this join in turn."""
        if leaving is not None:
            await asyncio.wait([leaving])
        await self._layer.group_add(group, self.channel)

    async def _leave_after(self, join: asyncio.Task[None] | None, group: str) -> None:
        """Leave a group once a join that is still on its way has ended, so that the one can't overtake the other."""
        if join is not None:
            await asyncio.wait([join])
        await self._attempt("a group could not be left", group, self._discard(group))

    async def _discard(self, group: str) -> None:
        await self._layer.group_discard(group, self.channel)

    def _left(self, group: str, task: asyncio.Task[None]) -> None:
        if self._leaving.get(group) is task:
            del self._leaving[group]

    async def _attempt(self, complaint: str, group: str, call: Awaitable[None]) -> None:
        try:
            await call
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: it forgets a lost process by itself
            logger.warning(complaint, group=group, reason=repr(error))
