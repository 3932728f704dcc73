"""What a bridge says of itself to the other processes: its status, and a report on each of its streams."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from streaming.clock import Clock
from streaming.events.system import ExchangeState
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.exchange_reporter import ExchangeReporter
from streaming.market.bridge.ingestion import Ingestion
from streaming.market.bridge.settings import BridgeSettings
from streaming.market.bridge.status import (
    BRIDGE_FAREWELL_MESSAGE,
    BRIDGE_STATUS_MESSAGE,
    BridgeState,
    BridgeStatus,
    encode_status,
)
from streaming.market.bridge.stream_reports import STREAM_REPORTS_MESSAGE, StreamReport, StreamReports, encode_reports
from streaming.market.candles.writer import CandleWriter
from streaming.market.gaps.continuity import Continuity
from streaming.market.gaps.filler import GapFiller
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.market.publishing.sharded_publisher import ShardedPublisher
from streaming.market.sources.source import SourceRest
from streaming.market.symbols.refresher import SymbolRefresher
from streaming.market.upstream.connection_changes import ConnectionState
from streaming.market.upstream.counts import Ending
from streaming.market.upstream.upstream import Upstream
from streaming.workers.waiting import wait_for

_FAREWELL_SECONDS = 1.0
_DISCONNECTED = frozenset({ConnectionState.CONNECTING, ConnectionState.RECONNECTING})


@dataclass(frozen=True, kw_only=True)
class BridgeComponents:
    """What a bridge's turn consists of, as far as it is reported on."""

    upstream: Upstream
    ingestion: Ingestion
    continuity: Continuity
    filler: GapFiller
    publisher: Publisher | ShardedPublisher
    reporter: ExchangeReporter
    symbols: SymbolRefresher
    candles: CandleWriter
    rest: SourceRest


class StatusReporter:
    """Sends the bridge's status and stream reports to the other processes.

    They are told every few seconds, and soon after `changed` was called.
    """

    def __init__(
        self,
        sender: Sender,
        components: BridgeComponents,
        exchange: BridgeSettings,
        *,
        epoch: int,
        holder: str,
        clock: Clock,
    ) -> None:
        self._sender = sender
        self._components = components
        self._exchange = exchange
        self._epoch = epoch
        self._holder = holder
        self._clock = clock
        self._news = asyncio.Event()
        self._streams: Collection[str] = ()
        self._reports_at = clock.monotonic()

    def changed(self) -> None:
        """Tell the status soon."""
        self._news.set()

    def want(self, streams: Collection[str]) -> None:
        """Report on these streams as wanted."""
        self._streams = streams

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            self._news.clear()
            await self._send(BRIDGE_STATUS_MESSAGE, status=encode_status(self.status()))
            if self._clock.monotonic() >= self._reports_at:
                self._reports_at = self._clock.monotonic() + self._exchange.stream_reports
                await self._send(STREAM_REPORTS_MESSAGE, reports=encode_reports(self._reports()))
            if await wait_for(self._news, self._exchange.status_interval):
                await asyncio.sleep(self._exchange.status_gather)

    async def say_goodbye(self) -> None:
        """Tell the others at once that the turn is over; where the layer hangs they find out by the silence."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._send(BRIDGE_FAREWELL_MESSAGE, epoch=self._epoch, slot=self._exchange.slot)

    async def _send(self, message_type: str, **content: object) -> None:
        await self._sender.send(GATEWAYS_GROUP, {"type": message_type, **content})

    def status(self) -> BridgeStatus:
        """Return what the bridge says of itself now."""
        components, metrics = self._components, self._components.ingestion.metrics
        components.reporter.is_now(ExchangeState(components.upstream.state.value))
        if components.upstream.state in _DISCONNECTED:
            metrics.disconnected()
        endings = components.upstream.counts.endings
        return BridgeStatus(
            state=BridgeState(components.reporter.state.value),
            source=components.reporter.source,
            since=components.reporter.since,
            lag_ms=metrics.lag_ms,
            active_streams=components.upstream.active,
            symbols_known=components.symbols.known,
            holder=self._holder,
            epoch=self._epoch,
            published=self._clock.now_ms(),
            events=components.publisher.published,
            lag_p50_ms=metrics.lag_quantile(0.5),
            lag_p99_ms=metrics.lag_quantile(0.99),
            address=components.upstream.address,
            frames_per_second=round(metrics.frames_per_second, 1),
            reconnects={cause.value: count for cause, count in endings.items()},
            ack_errors=components.upstream.counts.refused_requests + endings[Ending.UNANSWERED],
            dropped=components.publisher.dropped,
            doubles=components.ingestion.doubles,
            gaps_filled=components.continuity.filled,
            gaps_unfilled=components.continuity.unfilled,
            gaps_waiting=components.filler.waiting,
            candles_stored=components.candles.stored,
            used_weight=components.rest.used_weight,
            tasks=len(asyncio.all_tasks()),
            slot=self._exchange.slot,
            stands_in_for=components.reporter.stands_in_for,
        )

    def _reports(self) -> StreamReports:
        active = frozenset(self._components.upstream.active)
        canary = frozenset({self._exchange.connection.silence.canary}) - {""}
        names = sorted(active | canary | frozenset(self._streams))
        streams = tuple(self._report(name) for name in names)
        return StreamReports(
            epoch=self._epoch, published=self._clock.now_ms(), streams=streams, slot=self._exchange.slot
        )

    def _report(self, stream: str) -> StreamReport:
        upstream = self._components.upstream
        return StreamReport(
            stream=stream,
            wanted=stream in self._streams,
            actual=upstream.is_subscribed(stream),
            last_event=upstream.last_event_at(stream),
            lag_ms=self._components.ingestion.lag_of.get(stream),
            silent=upstream.is_silent(stream),
            gaps=self._components.continuity.gaps.get(stream, 0),
        )
