"""Telling the deployment of itself: `system.health` to every user, `ops.gateways` to operators, once for all gateways.

The gateway that holds the lease `health` tells; another stands by, and tells when the first has gone. Where the
database doesn't answer there is no lease, and `HealthTurn` says who goes on. On the memory layer a process is alone,
takes no lease, and always tells. A channel layer that is away silences everybody: there is no other way to other
gateways' clients; what `/health` says doesn't need it.
"""

import asyncio
import math
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple

import msgspec
from channels.db import database_sync_to_async
from django.conf import settings

from streaming.clock import Clock
from streaming.deployment_history.minute import Minute, MinuteGathering
from streaming.deployment_history.services import minute_store
from streaming.events.system import GatewaysUpdate, SystemHealth, WorkerLease
from streaming.fan_out.hub import Hub
from streaming.gateway.checks import PartDownError, answer_of
from streaming.gateway.deployment.deployment_health import Deployment, Findings, gateways_update, system_health
from streaming.gateway.deployment.gateway_counts import GatewayCounts
from streaming.gateway.deployment.health_turn import HealthTurn
from streaming.gateway.deployment.layer_echo import LayerEcho
from streaming.gateway.deployment.own_workers import OwnWorkers
from streaming.gateway.deployment.statistics import DeploymentStatistics
from streaming.gateway.settings import HealthTimes
from streaming.installed import installed_worker_figures
from streaming.market.bridge.slots import BRIDGES, is_given_up
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.publishing.sender import Sender
from streaming.market.sources.discovery import further_sources
from streaming.market.symbols.directory import SymbolDirectory
from streaming.outage import Outage
from streaming.times import moment
from streaming.workers.background_task import BackgroundTask
from streaming.workers.figures import ToldFigures, figures_told
from streaming.workers.leases.lease_rows import lease_reports
from streaming.workers.leases.leases import HeldLease, held_lease
from streaming.workers.presence import presence_reports
from streaming.workers.ticks import until_tick
from streaming.workers.waiting import wait_for

LEASE_NAME = "health"
_OPERATIONS = "ops.gateways"


class _KnownWorkers(NamedTuple):
    """What the database knows of the workers."""

    leases: tuple[WorkerLease, ...]
    figures: ToldFigures


class HealthPublisher(BackgroundTask):
    """Publishes the deployment's health while it is this gateway's turn.

    `is_alone`: no other process can be reached, and none is waited for.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        process_id: str,
        statistics: DeploymentStatistics,
        bridge_status: BridgeStatusTable,
        symbols: SymbolDirectory,
        echo: LayerEcho,
        own_workers: OwnWorkers,
        clock: Clock,
        times: HealthTimes,
        is_alone: bool,
    ) -> None:
        self._sender = Sender(hub, clock)
        self._process_id = process_id
        self._statistics = statistics
        self._bridge_status = bridge_status
        self._symbols = symbols
        self._echo = echo
        self._own_workers = own_workers
        self._clock = clock
        self._times = times
        self._is_alone = is_alone
        self._turn = HealthTurn()
        self._taken_over = asyncio.Event()
        self._database_outage = Outage("database", clock)
        self._history_outage = Outage("database of the deployment's history", clock)
        self._layer_outages = {host: Outage(f"channel layer {host}".rstrip(), clock) for host in echo.hosts}
        self._findings = Findings(database=True, layer=True, leases=None)
        self._sequences: dict[str, int] = {}

    async def start(self) -> None:
        """Begin to look after the parts, and to tell when it is this gateway's turn."""
        if self._is_alone:
            self._turn.held = self._clock.now_ms()
        await super().start()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell_health())
            tasks.create_task(self._tell_operations())
            tasks.create_task(self._keep_history())
            if not self._is_alone:
                tasks.create_task(self._hold_lease())

    async def _hold_lease(self) -> None:
        """Hold the lease whenever it can be had; whoever takes it over from another tells at once."""
        started_at = self._clock.monotonic()
        while True:
            async with self._lease() as lease:
                self._turn.held = lease.token
                if self._clock.monotonic() - started_at > self._times.health:  # else much isn't known here yet
                    self._taken_over.set()
                try:
                    await lease.lost.wait()
                finally:
                    self._turn.held = None

    def _lease(self) -> AbstractAsyncContextManager[HeldLease]:
        times, clock = self._times, self._clock
        return held_lease(LEASE_NAME, holder=self._process_id, seconds=times.lease, renewal=times.renewal, clock=clock)

    async def _tell_health(self) -> None:
        next_at = self._clock.monotonic() + self._times.health
        while True:
            await wait_for(self._taken_over, max(0.0, next_at - self._clock.monotonic()))
            self._taken_over.clear()
            next_at = self._clock.monotonic() + self._times.health
            self._findings = await self._find()
            gateways = self._statistics.gateways()
            epoch = self._take_turn(gateways)
            if epoch is not None:
                await self._publish(system_health(self._deployment(gateways)), epoch)

    async def _tell_operations(self) -> None:
        """Tell each time while somebody reads; else just so often that whoever comes finds a fresh value."""
        looked_at = -math.inf
        while True:
            await asyncio.sleep(until_tick(self._times.operations))
            now = self._clock.monotonic()
            if now - looked_at <= self._times.unread and not self._statistics.is_read(_OPERATIONS):
                continue
            looked_at, gateways = now, self._statistics.gateways()
            epoch = self._take_turn(gateways)
            if epoch is not None:
                await self._publish(gateways_update(self._deployment(gateways)), epoch)

    async def _keep_history(self) -> None:
        """Gather minutes while it is this gateway's turn, and store each when it is over."""
        gathering = MinuteGathering()
        while True:
            await asyncio.sleep(until_tick(self._times.history))
            gateways = self._statistics.gateways()
            if self._take_turn(gateways) is None:
                gathering.forget()
            elif (minute := gathering.add(gateways_update(self._deployment(gateways)))) is not None:
                await self._store(minute)

    async def _store(self, minute: Minute) -> None:
        """Store a minute; one that the database doesn't take in time is left out, and shown as not known."""
        try:
            await answer_of(database_sync_to_async(minute_store)(minute))
        except PartDownError as error:
            self._history_outage.failed(error)
        else:
            self._history_outage.worked()

    def _take_turn(self, gateways: Sequence[GatewayCounts]) -> int | None:
        """Return the epoch with which this gateway may speak, which the others are told too; None where it may not."""
        own = [counts for counts in gateways if counts.process_id == self._process_id]
        others = [counts for counts in gateways if counts.process_id != self._process_id]
        epoch = self._turn.epoch(own[0], others, database_answers=self._findings.database)
        self._statistics.health_epoch = epoch
        return epoch

    async def _publish(self, event: SystemHealth | GatewaysUpdate, epoch: int) -> None:
        sequence = self._sequences[event.channel] = self._sequences.get(event.channel, 0) + 1
        await self._sender.publish(event, epoch=epoch, sequence=sequence)

    def _deployment(self, gateways: Sequence[GatewayCounts]) -> Deployment:
        return Deployment(
            now_ms=self._clock.now_ms(),
            findings=self._findings,
            gateways=gateways,
            bridge=self._bridge_status.own,
            bridge_slots=self._bridge_status.served_slots,
            further_bridges=self._bridge_status.further,
            symbols_known=self._symbols.known,
            own_workers=self._own_workers.reports(),
        )

    async def _find(self) -> Findings:
        asked_at = self._clock.now_ms()
        known, answering = await asyncio.gather(self._ask_database(), self._ask_layer())
        down = tuple(place for place, answers in enumerate(answering, start=1) if not answers)
        findings = Findings(
            database=known is not None,
            layer=any(answering),
            layer_hosts_down=down if any(answering) else (),
            leases=None,
            asked_at=asked_at,
        )
        if known is None:
            return findings
        leases = None if self._is_alone else known.leases
        return msgspec.structs.replace(findings, leases=leases, figures=known.figures)

    async def _ask_database(self) -> _KnownWorkers | None:
        """Return what the database knows of the workers; None where it doesn't answer."""
        now = moment(self._clock.now_ms())
        try:
            known = await answer_of(database_sync_to_async(_known_workers)(now))
        except PartDownError as error:
            self._database_outage.failed(error)
            return None
        self._database_outage.worked()
        return known

    async def _ask_layer(self) -> list[bool]:
        """Return of each of the layer's hosts whether it answers; of one without several, of the layer itself."""
        return await asyncio.gather(*(self._ask_host(host) for host in self._echo.hosts))

    async def _ask_host(self, host: str) -> bool:
        outage = self._layer_outages[host]
        try:
            await answer_of(self._echo.round_trip(host))
        except PartDownError as error:
            outage.failed(error)
            return False
        outage.worked()
        return True


def _known_workers(now: datetime) -> _KnownWorkers:
    further, count = further_sources(), settings.BRIDGE_SLOTS
    leases = (one for one in lease_reports(now=now) if not is_given_up(one.name, further, count=count))
    processes = (one for one in presence_reports(now=now) if one.name != BRIDGES)
    reports = sorted((*leases, *processes), key=lambda one: one.name)
    return _KnownWorkers(tuple(reports), figures_told(installed_worker_figures(), now=now))
