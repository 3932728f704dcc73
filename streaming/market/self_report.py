"""What a bridge says of itself to the other processes: its status, and a report on each of its streams."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from streaming.clock import Clock
from streaming.events.system import ExchangeState
from streaming.market.candles.writer import CandleWriter
from streaming.market.demand import GATEWAYS_GROUP
from streaming.market.exchange import ExchangeSettings
from streaming.market.exchange_news import ExchangeReporter
from streaming.market.gaps.continuity import Continuity
from streaming.market.gaps.filler import GapFiller
from streaming.market.intake import Intake
from streaming.market.publisher import Publisher
from streaming.market.rest import ExchangeRest
from streaming.market.sender import Sender
from streaming.market.status import (
    BRIDGE_FAREWELL_MESSAGE,
    BRIDGE_STATUS_MESSAGE,
    BridgeState,
    BridgeStatus,
    encode_status,
)
from streaming.market.stream_reports import STREAM_REPORTS_MESSAGE, StreamReport, StreamReports, encode_reports
from streaming.market.symbol_feed import SymbolFeed
from streaming.market.upstream.counts import Ending
from streaming.market.upstream.news import ConnectionState
from streaming.market.upstream.upstream import Upstream
from streaming.market.waiting import wait_for

_FAREWELL_SECONDS = 1.0
_DISCONNECTED = frozenset({ConnectionState.CONNECTING, ConnectionState.RECONNECTING})


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a bridge's turn consists of, as far as it is reported on."""

    upstream: Upstream
    intake: Intake
    continuity: Continuity
    filler: GapFiller
    publisher: Publisher
    reporter: ExchangeReporter
    symbols: SymbolFeed
    candles: CandleWriter
    rest: ExchangeRest


class SelfReport:
    """See the module. It is told every few seconds, and soon after `changed` was called."""

    def __init__(
        self, sender: Sender, parts: Parts, exchange: ExchangeSettings, *, epoch: int, holder: str, clock: Clock
    ) -> None:
        self._sender = sender
        self._parts = parts
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
            await self._send(BRIDGE_STATUS_MESSAGE, status=encode_status(self._status()))
            if self._clock.monotonic() >= self._reports_at:
                self._reports_at = self._clock.monotonic() + self._exchange.stream_reports
                await self._send(STREAM_REPORTS_MESSAGE, reports=encode_reports(self._reports()))
            if await wait_for(self._news, self._exchange.status_interval):
                await asyncio.sleep(self._exchange.status_gather)

    async def say_goodbye(self) -> None:
        """Tell the others at once that the turn is over; where the layer hangs they find out by the silence."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._send(BRIDGE_FAREWELL_MESSAGE, epoch=self._epoch)

    async def _send(self, message_type: str, **content: object) -> None:
        await self._sender.send(GATEWAYS_GROUP, {"type": message_type, **content})

    def _status(self) -> BridgeStatus:
        parts, measures = self._parts, self._parts.intake.measures
        parts.reporter.is_now(ExchangeState(parts.upstream.state.value))
        if parts.upstream.state in _DISCONNECTED:
            measures.disconnected()
        endings = parts.upstream.counts.endings
        return BridgeStatus(
            state=BridgeState(parts.reporter.state.value),
            source=self._exchange.source,
            since=parts.reporter.since,
            lag_ms=measures.lag_ms,
            active_streams=parts.upstream.active,
            symbols_known=parts.symbols.known,
            holder=self._holder,
            epoch=self._epoch,
            published=self._clock.now_ms(),
            events=parts.publisher.published,
            lag_p50_ms=measures.lag_quantile(0.5),
            lag_p99_ms=measures.lag_quantile(0.99),
            address=parts.upstream.address,
            frames_per_second=round(measures.frames_per_second, 1),
            reconnects={cause.value: count for cause, count in endings.items()},
            ack_errors=parts.upstream.counts.refused_requests + endings[Ending.UNANSWERED],
            dropped=parts.publisher.dropped,
            doubles=parts.intake.doubles,
            gaps_filled=parts.continuity.filled,
            gaps_unfilled=parts.continuity.unfilled,
            gaps_waiting=parts.filler.waiting,
            candles_stored=parts.candles.stored,
            used_weight=parts.rest.used_weight,
            tasks=len(asyncio.all_tasks()),
        )

    def _reports(self) -> StreamReports:
        active = frozenset(self._parts.upstream.active)
        canary = frozenset({self._exchange.connection.silence.canary}) - {""}
        names = sorted(active | canary | frozenset(self._streams))
        streams = tuple(self._report(name) for name in names)
        return StreamReports(epoch=self._epoch, published=self._clock.now_ms(), streams=streams)

    def _report(self, stream: str) -> StreamReport:
        upstream = self._parts.upstream
        return StreamReport(
            stream=stream,
            wanted=stream in self._streams,
            actual=upstream.is_subscribed(stream),
            last_event=upstream.last_event_at(stream),
            lag_ms=self._parts.intake.lag_of.get(stream),
            silent=upstream.is_silent(stream),
            gaps=self._parts.continuity.gaps.get(stream, 0),
        )
