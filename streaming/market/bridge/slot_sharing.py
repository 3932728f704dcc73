"""Sharing a market's slots among bridges: each holds the leases of its fair share, and serves what belongs to them.

Who comes is given some by those who have too many; what a dead one had is taken once its leases have run out. While the
database answers nobody, all stays as it is.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime
from typing import Any

import structlog
from channels.db import database_sync_to_async

from streaming.clock import Clock
from streaming.database.errors import AnyDatabaseError
from streaming.layer.groups import BRIDGE_GROUP
from streaming.market.bridge.fair_share import SlotLease, change_of
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.slots import BRIDGES, MOST_SLOTS, shared_slots
from streaming.market.publishing.sender import Sender
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.leases.lease_rows import lease_reports
from streaming.workers.leases.leases import held_lease
from streaming.workers.presence import present, processes_present
from streaming.workers.waiting import wait_for

SLOT_FREE_MESSAGE = "bridge.slot_free"
_LOOKS_IN_A_RENEWAL = 2
_TELL_SECONDS = 1.0

logger = structlog.get_logger(__name__)

Serve = Callable[[BridgeSettings, int], Coroutine[Any, Any, None]]
"""Serves a slot, given its settings and the fencing number, until cancelled."""


class SlotSharing:
    """Holds a fair share of the slots, and has each `serve`d that it holds, until cancelled. `holder` is its name."""

    def __init__(self, exchange: BridgeSettings, serve: Serve, *, sender: Sender, holder: str, clock: Clock) -> None:
        self._slots = {one.slot: one for one in exchange.each_slot}
        self._serve = serve
        self._sender = sender
        self._holder = holder
        self._clock = clock
        self._lease = exchange.lease
        self._renewal = exchange.lease_renewal
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._serving: set[str] = set()
        self._leaving: set[str] = set()
        self._changed = asyncio.Event()
        self._outage = Outage("database of the leases of slots", clock)

    def look_soon(self) -> None:
        """Look at once whether there is a slot to be taken: one was given back."""
        self._changed.set()

    async def run(self) -> None:
        """Take and give back, until cancelled; then it is no longer seen, and all is given back."""
        async with asyncio.TaskGroup() as tasks, self._seen():
            while True:
                self._changed.clear()
                await self._share(tasks)
                await wait_for(self._changed, self._renewal / _LOOKS_IN_A_RENEWAL)

    def _seen(self) -> AbstractAsyncContextManager[None]:
        return present(BRIDGES, process=self._holder, seconds=self._lease, clock=self._clock)

    async def _share(self, tasks: asyncio.TaskGroup) -> None:
        known = await self._ask()
        if known is None:
            return
        processes, leases = known
        self._let_go(lease.slot for lease in leases if self._is_anothers(lease))
        change = change_of(self._holder, processes, leases, self._tasks.keys() - self._leaving)
        if change.give_back:
            logger.info("there are other bridges; slots are given back", slots=change.give_back, bridges=len(processes))
        self._let_go(change.give_back)
        for slot in change.take:
            if slot not in self._tasks:
                self._tasks[slot] = tasks.create_task(self._hold(self._slots[slot]))

    async def _ask(self) -> tuple[list[str], list[SlotLease]] | None:
        """Return who lives, and whose the slots are; None where the database doesn't answer, or only just did again."""
        try:
            known = await database_sync_to_async(_known)(list(self._slots), moment(self._clock.now_ms()))
        except AnyDatabaseError as error:
            self._outage.failed(error)
            return None
        if not self._outage.is_on:
            return known
        self._outage.worked()
        await asyncio.sleep(self._renewal)  # nobody is gone who could say nothing, and renews now
        return None

    def _is_anothers(self, lease: SlotLease) -> bool:
        """Return whether another process was faster at a slot that we wait for."""
        return lease.slot not in self._serving and not lease.is_vacant and lease.holder != self._holder

    def _let_go(self, slots: Iterable[str]) -> None:
        for slot in slots:
            if slot in self._tasks and slot not in self._leaving:
                self._leaving.add(slot)
                self._tasks[slot].cancel()

    async def _hold(self, exchange: BridgeSettings) -> None:
        slot = exchange.slot
        try:
            async with held_lease(
                slot,
                holder=self._holder,
                seconds=self._lease,
                renewal=self._renewal,
                clock=self._clock,
                outlasts_outages=True,
                numbered_with=shared_slots(MOST_SLOTS),
            ) as lease:
                self._serving.add(slot)
                await lease.run(self._serve(exchange, lease.token))
        finally:
            self._serving.discard(slot)
            self._leaving.discard(slot)
            self._tasks.pop(slot, None)
            await tell_slot_free(self._sender)


async def tell_slot_free(sender: Sender) -> None:
    """Tell the other bridges that a slot can be had; where the layer hangs, they find out by looking."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_TELL_SECONDS):
            await sender.send(BRIDGE_GROUP, {"type": SLOT_FREE_MESSAGE})


def _known(slots: Sequence[str], now: datetime) -> tuple[list[str], list[SlotLease]]:
    told = {lease.name: lease for lease in lease_reports(now=now)}
    leases = [
        SlotLease(slot, told[slot].holder, not told[slot].alive) if slot in told else SlotLease(slot) for slot in slots
    ]
    return processes_present(name=BRIDGES, now=now), leases
