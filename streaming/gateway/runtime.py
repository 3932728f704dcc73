"""The gateway of one process: hub, symbols, demand, sessions and statistics, started and stopped together.

There is one for each event loop. It starts with the lifespan where the server has one, else with the first connection.
"""

import asyncio
from contextvars import Context
from functools import partial
from typing import cast
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.conf import settings as django_settings

from streaming.backup_records.backup_metrics import read_backups
from streaming.clock import Clock, SystemClock
from streaming.commands.user_limits import UserLimits
from streaming.connections.closing import ClosingListener
from streaming.connections.configured_history import event_history_from_settings
from streaming.fan_out.hub import Hub
from streaming.gateway.checks import DatabaseCheck
from streaming.gateway.close_reasons import SERVER_STOPS
from streaming.gateway.deployment.connection_control import GatewayConnectionControl
from streaming.gateway.deployment.connection_log import ConnectionLog
from streaming.gateway.deployment.connections import GatewayConnectionLookup
from streaming.gateway.deployment.gateway_metrics import GatewayMetrics
from streaming.gateway.deployment.gateway_poll import GatewayPoll, NewPoll
from streaming.gateway.deployment.health_publisher import HealthPublisher
from streaming.gateway.deployment.layer_echo import LayerEcho
from streaming.gateway.deployment.own_workers import OwnWorkers
from streaming.gateway.deployment.part_metrics import PartMetrics
from streaming.gateway.deployment.shared_limits import SharedLimits
from streaming.gateway.deployment.statistics import DeploymentStatistics
from streaming.gateway.dialects.registry import dialects
from streaming.gateway.login.admission import Admission
from streaming.gateway.login.authentication import configured_authenticator, configured_standing_lookup
from streaming.gateway.login.checking import CredentialCheck
from streaming.gateway.sending.gatherer import Gatherer
from streaming.gateway.session.draining import drain
from streaming.gateway.session.peer import Peer
from streaming.gateway.session.routes import default_router
from streaming.gateway.session.session import Session
from streaming.gateway.session.sessions import Sessions
from streaming.gateway.session.supervision import SessionSupervision, StandingCheck
from streaming.gateway.session_context import SessionContext
from streaming.gateway.settings import GatewaySettings
from streaming.installed import command_registry, metrics_collector, retention_rules, topic_registry
from streaming.layer.channel_layer import Layer
from streaming.market.bridge.demand import DemandPublisher
from streaming.market.bridge.status_table import BridgeStatusTable
from streaming.market.bridge.stream_reports import StreamReportTable
from streaming.market.publishing.configured_last_values import last_values_from_settings
from streaming.market.publishing.last_values import LastValues
from streaming.market.symbols.directory import SymbolDirectory
from streaming.metrics.declared import GATEWAY
from streaming.metrics.sources import MetricSources
from streaming.rest.request_limits import end_waiting
from streaming.workers.process import new_process_id
from streaming.workers.retention_tasks import RetentionTasks


class Runtime:
    """What one process's gateway consists of. `stop` gives back all that `start` took; both may be called twice."""

    def __init__(
        self, settings: GatewaySettings | None = None, clock: Clock | None = None, layer: Layer | None = None
    ) -> None:
        self.settings = settings or GatewaySettings()
        self.clock = clock or SystemClock()
        self.process_id = new_process_id()
        self.registry = topic_registry()
        self.last_values: LastValues = last_values_from_settings()
        self.history = event_history_from_settings()
        self.hub = self._new_hub(layer or cast("Layer", get_channel_layer()))
        self.symbols = SymbolDirectory(self.hub)
        self.bridge_status = BridgeStatusTable(self.clock)
        self.stream_reports = StreamReportTable(self.clock)
        self.dialects = dialects(self.clock)
        self.credential_check = CredentialCheck(
            configured_authenticator(), seconds=self.settings.authentication_seconds
        )
        self.admission = self._new_admission()
        self.user_limits = UserLimits(self.settings.user_limits, self.clock)
        self.sessions = Sessions()
        self._gatherer = Gatherer(self.settings.gather_window_seconds)
        self._supervision = SessionSupervision(self.sessions, interval=self.settings.check_interval_seconds)
        self._standing = StandingCheck(
            self.sessions, configured_standing_lookup(), interval=self.settings.user_check_seconds, clock=self.clock
        )
        self._closing_listener = ClosingListener(self.sessions.close_user)
        self.statistics = self._new_statistics()
        self._observer = ConnectionLog(self.statistics) if self.settings.log_connections else self.statistics
        new_poll = self._polls()
        self.connection_lookup = GatewayConnectionLookup(new_poll, self.sessions, self.process_id, self.registry)
        self.connection_control = GatewayConnectionControl(new_poll, self.hub, self.sessions, self.process_id)
        self._shared_limits = SharedLimits(
            self.hub, self.user_limits, self.process_id, self.clock, others=self.statistics.present
        )
        self.echo = LayerEcho(self.hub, self.process_id)
        self.database_check = DatabaseCheck(self.clock)
        self.own_workers = OwnWorkers(self.process_id)
        self.metric_sources = self._new_metric_sources()
        self.metrics = metrics_collector(self.metric_sources)
        self._health = self._new_health_publisher()
        self._retention_tasks = RetentionTasks(retention_rules(), clock=self.clock)
        self._demand = DemandPublisher(self.hub, process_id=self.process_id, clock=self.clock)
        self._router = default_router()
        self._session_context = self._new_session_context()
        self._started: asyncio.Task[None] | None = None
        self._is_stopping = False

    async def start(self) -> None:
        """Start everything; those who call it while it starts wait for the same start.

        What runs from now on runs in a context of its own: the context of an HTTP request ends with the request, and
        with it the thread that its database calls would use. A start that fails gives back what it took, and may be
        tried again.
        """
        if self._started is None:
            self._started = asyncio.get_running_loop().create_task(self._start(), context=Context())
        await asyncio.shield(self._started)

    async def stop(self) -> None:
        """Close all sessions and stop everything."""
        if self._started is None:
            return
        self._started.cancel()
        await asyncio.gather(self._started, return_exceptions=True)
        self._started = None
        await self.close_sessions()
        await self._stop_parts()

    async def _stop_parts(self) -> None:
        await self._health.stop()
        await self._retention_tasks.stop()
        await self._supervision.stop()
        await self._standing.stop()
        await self._demand.stop(readers_come_back=True)
        await self.connection_lookup.stop()
        await self.connection_control.stop()
        await self._shared_limits.stop()
        await self.statistics.stop()
        await self.symbols.stop()
        await self.hub.stop()
        await self.last_values.close()
        if self.history is not None:
            await self.history.close()

    async def close_sessions(self) -> None:
        """Close every session with its dialect's code, and wait until each has ended or was dropped.

        Where there are other gateways, many sessions are closed in portions: their clients are told what is new until
        it is their turn, and don't all come to the others at once. Those that open from now on are closed at once.
        Requests that still wait end as if they took too long.
        """
        self._is_stopping = True
        if len(self.statistics.present()) > 1:
            await drain(list(self.sessions), _tell_of_stop, seconds=self.settings.drain_seconds)
        self.credential_check.stop()
        end_waiting()
        for session in list(self.sessions):
            _tell_of_stop(session)
        await self.sessions.wait_until_empty(self.settings.abort_after_seconds + 1)

    def session(self, peer: Peer) -> Session:
        """Return a new session, which is known to the runtime once it opens."""
        return Session(self._session_context, peer, router=self._router, observer=self._observer)

    def open(self, session: Session) -> None:
        """Greet the client of a new session; one whose connection was taken just before a stop is told of that."""
        session.open()
        if self._is_stopping:
            _tell_of_stop(session)

    async def _start(self) -> None:
        try:
            await self._start_parts()
        except BaseException:
            self._started = None
            await self._stop_parts()
            raise

    async def _start_parts(self) -> None:
        await self.hub.start()
        await self.symbols.start()
        await self.bridge_status.start(self.hub)
        await self.stream_reports.start(self.hub)
        await self.echo.start()
        await self._closing_listener.start(self.hub)
        await self._supervision.start()
        await self._standing.start()
        await self._demand.start()
        await self.statistics.start()
        await self.connection_lookup.start()
        await self.connection_control.start()
        await self._shared_limits.start()
        await self._health.start()
        await self._retention_tasks.start()

    def _new_admission(self) -> Admission:
        return Admission(
            per_address=self.settings.maximum_connections_per_address,
            per_user=self.settings.maximum_connections_per_user,
        )

    def _new_statistics(self) -> DeploymentStatistics:
        return DeploymentStatistics(
            self.hub,
            self.sessions,
            self.process_id,
            self.clock,
            interval=self.settings.statistics_interval_seconds,
            lease=self.settings.demand_lease_seconds,
        )

    def _new_metric_sources(self) -> MetricSources:
        sources = MetricSources(GATEWAY)
        parts = PartMetrics(self.echo, self.database_check)
        sources.add("gateway", GatewayMetrics(self.statistics, self.sessions, self.registry, self._gatherer).read)
        sources.add("channel layer", parts.read_layer)
        sources.add("database", parts.read_database)
        sources.add("backups", read_backups)
        return sources

    def _polls(self) -> NewPoll:
        others, patience = self.statistics.present, self.settings.gateway_poll_timeout_seconds
        return partial(GatewayPoll, self.hub, self.process_id, others=others, patience=patience)

    def _new_health_publisher(self) -> HealthPublisher:
        return HealthPublisher(
            self.hub,
            process_id=self.process_id,
            statistics=self.statistics,
            bridge_status=self.bridge_status,
            symbols=self.symbols,
            echo=self.echo,
            own_workers=self.own_workers,
            clock=self.clock,
            times=self.settings.health,
            is_alone=not django_settings.REDIS_URLS,
        )

    def _new_session_context(self) -> SessionContext:
        return SessionContext(
            hub=self.hub,
            registry=self.registry,
            symbols=self.symbols,
            clock=self.clock,
            gatherer=self._gatherer,
            settings=self.settings,
            credential_check=self.credential_check,
            commands=command_registry(),
            user_limits=self.user_limits,
        )

    def _new_hub(self, layer: Layer) -> Hub:
        return Hub(
            layer,
            self.registry,
            last_values=self.last_values,
            history=self.history,
            clock=self.clock,
            linger=self.settings.hub_linger_seconds,
            maximum_age=self.settings.last_value_maximum_age_seconds,
        )


def _tell_of_stop(session: Session) -> None:
    session.close(session.dialect.stop_code, SERVER_STOPS)


_runtimes: WeakKeyDictionary[asyncio.AbstractEventLoop, Runtime] = WeakKeyDictionary()


async def current_runtime() -> Runtime:
    """Return the started runtime of this event loop."""
    loop = asyncio.get_running_loop()
    runtime = _runtimes.get(loop)
    if runtime is None:
        runtime = _runtimes[loop] = Runtime()
    await runtime.start()
    return runtime


async def current_hub() -> Hub:
    """Return the hub of this event loop."""
    return (await current_runtime()).hub


def known_runtime() -> Runtime | None:
    """Return this event loop's runtime; None before there is one."""
    return _runtimes.get(asyncio.get_running_loop())


async def stop_current_runtime() -> None:
    """Stop this event loop's runtime, if it has one."""
    runtime = _runtimes.pop(asyncio.get_running_loop(), None)
    if runtime is not None:
        await runtime.stop()
