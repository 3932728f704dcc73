"""Which exchange to speak to, and by which numbers."""

import msgspec
from django.conf import settings

from streaming.events import Source
from streaming.market.binance.duplicates import DuplicateLimits
from streaming.market.candles.writer import CandleWriterLimits
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.publisher import PublishingLimits
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.market.upstream.renewal import RenewalLimits
from streaming.market.upstream.shards import ShardLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits


class BridgeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange's addresses, and every interval, time-out and limit of the bridge (in seconds).

    `stream_urls` are base addresses in order of preference (`/stream` is added to them); `rest_url` is the base of
    `/api/v3`.
    """

    source: Source
    stream_urls: tuple[str, ...]
    rest_url: str
    connection: ConnectionLimits = ConnectionLimits()
    publishing: PublishingLimits = PublishingLimits()
    candles: CandleWriterLimits = CandleWriterLimits()
    duplicates: DuplicateLimits = DuplicateLimits()
    gaps: GapLimits = GapLimits()
    stale_after: float = 10.0
    stale_look: float = 0.5
    stream_reports: float = 3.0
    overview_symbols: tuple[str, ...] = ()
    demand_lease: float = 20.0
    symbols_refresh: float = 3600.0
    symbols_retry: float = 0.5
    status_interval: float = 5.0
    status_gather: float = 0.05
    lease: float = 6.0
    lease_renewal: float = 2.0


def bridge_settings() -> BridgeSettings:
    """Return what the settings say now."""
    return BridgeSettings(
        source=Source(settings.EXCHANGE_SOURCE),
        stream_urls=tuple(settings.EXCHANGE_STREAM_URLS),
        rest_url=settings.EXCHANGE_REST_URL,
        connection=_connection_limits(),
        publishing=_publishing_limits(),
        candles=_candle_limits(),
        duplicates=DuplicateLimits(
            ids_anew=settings.BRIDGE_IDS_ANEW_SECONDS, clock_anew=settings.BRIDGE_CLOCK_ANEW_SECONDS
        ),
        gaps=_gap_limits(),
        stale_after=settings.PUBLISH_STALE_SECONDS,
        stale_look=settings.PUBLISH_STALE_LOOK_SECONDS,
        stream_reports=settings.BRIDGE_STREAM_REPORTS_SECONDS,
        overview_symbols=tuple(settings.OVERVIEW_SYMBOLS),
        demand_lease=settings.DEMAND_LEASE_SECONDS,
        symbols_refresh=settings.SYMBOLS_REFRESH_SECONDS,
        symbols_retry=settings.SYMBOLS_RETRY_SECONDS,
        status_interval=settings.BRIDGE_STATUS_INTERVAL_SECONDS,
        status_gather=settings.BRIDGE_STATUS_GATHER_SECONDS,
        lease=settings.BRIDGE_LEASE_SECONDS,
        lease_renewal=settings.BRIDGE_LEASE_RENEW_SECONDS,
    )


def _connection_limits() -> ConnectionLimits:
    return ConnectionLimits(
        open_timeout=settings.BRIDGE_OPEN_TIMEOUT_SECONDS,
        close_timeout=settings.BRIDGE_CLOSE_TIMEOUT_SECONDS,
        ping_interval=settings.BRIDGE_PING_INTERVAL_SECONDS,
        ping_timeout=settings.BRIDGE_PING_TIMEOUT_SECONDS,
        send_interval=settings.BRIDGE_SEND_INTERVAL_SECONDS,
        maximum_frame_bytes=settings.BRIDGE_MAXIMUM_MESSAGE_BYTES,
        reconnect=_reconnect_limits(),
        subscriptions=_subscription_limits(),
        shards=ShardLimits(
            streams=settings.BRIDGE_STREAMS_PER_CONNECTION,
            sockets=settings.BRIDGE_MAXIMUM_CONNECTIONS,
        ),
        renewal=_renewal_limits(),
        silence=_silence_limits(),
    )


def _reconnect_limits() -> ReconnectLimits:
    return ReconnectLimits(
        base=settings.BRIDGE_RECONNECT_BASE_SECONDS,
        maximum=settings.BRIDGE_RECONNECT_MAXIMUM_SECONDS,
        stable_after=settings.BRIDGE_STABLE_AFTER_SECONDS,
        spacing=settings.BRIDGE_CONNECT_SPACING_SECONDS,
        attempts=settings.BRIDGE_CONNECT_ATTEMPTS,
        window=settings.BRIDGE_CONNECT_WINDOW_SECONDS,
        rate_limit_wait=settings.EXCHANGE_RATE_LIMIT_WAIT_SECONDS,
        failures_before_rotation=settings.BRIDGE_FAILURES_BEFORE_ROTATION,
        failures_before_report=settings.BRIDGE_FAILURES_BEFORE_REPORT,
    )


def _subscription_limits() -> SubscriptionLimits:
    return SubscriptionLimits(
        linger=settings.BRIDGE_LINGER_SECONDS,
        answer_timeout=settings.BRIDGE_ANSWER_TIMEOUT_SECONDS,
        attempts=settings.BRIDGE_REQUEST_ATTEMPTS,
        names_per_frame=settings.BRIDGE_NAMES_PER_FRAME,
        bytes_per_frame=settings.BRIDGE_BYTES_PER_FRAME,
        refusal_wait=settings.BRIDGE_REFUSAL_WAIT_SECONDS,
        refusal_wait_maximum=settings.BRIDGE_REFUSAL_WAIT_MAXIMUM_SECONDS,
        inventory_interval=settings.BRIDGE_LIST_INTERVAL_SECONDS,
    )


def _silence_limits() -> SilenceLimits:
    return SilenceLimits(
        frames=settings.BRIDGE_FRAME_SILENCE_SECONDS,
        data=settings.BRIDGE_DATA_SILENCE_SECONDS,
        stream=settings.BRIDGE_STREAM_SILENCE_SECONDS,
        stale=settings.BRIDGE_STALE_AFTER_SECONDS,
        liquid=tuple(settings.BRIDGE_LIQUID_SYMBOLS),
        canary=settings.BRIDGE_CANARY_STREAM,
        patience=settings.BRIDGE_SILENT_STREAM_RECONNECTS,
    )


def _renewal_limits() -> RenewalLimits:
    return RenewalLimits(
        age=settings.BRIDGE_RENEW_AFTER_SECONDS,
        jitter=settings.BRIDGE_RENEW_JITTER_SECONDS,
        ready_within=settings.BRIDGE_RENEW_READY_SECONDS,
        drain=settings.BRIDGE_RENEW_DRAIN_SECONDS,
        preferred_retry=settings.BRIDGE_PREFERRED_RETRY_SECONDS,
        young=settings.BRIDGE_STABLE_AFTER_SECONDS,
        base=settings.BRIDGE_RECONNECT_BASE_SECONDS,
        maximum=settings.BRIDGE_RECONNECT_MAXIMUM_SECONDS,
    )


def _publishing_limits() -> PublishingLimits:
    return PublishingLimits(
        price=settings.PUBLISH_PRICE_SECONDS,
        ticker=settings.PUBLISH_TICKER_SECONDS,
        candle=settings.PUBLISH_CANDLE_SECONDS,
        depth=settings.PUBLISH_DEPTH_SECONDS,
        trades=settings.PUBLISH_TRADES_SECONDS,
        overview=settings.PUBLISH_OVERVIEW_SECONDS,
        waiting_trades=settings.PUBLISH_WAITING_TRADES,
        waiting_candles=settings.PUBLISH_WAITING_CANDLES,
        retry=settings.PUBLISH_RETRY_SECONDS,
        settle=settings.PUBLISH_SETTLE_SECONDS,
        clock_anew=settings.BRIDGE_CLOCK_ANEW_SECONDS,
    )


def _candle_limits() -> CandleWriterLimits:
    return CandleWriterLimits(
        batch=settings.CANDLES_BATCH,
        gather=settings.CANDLES_GATHER_SECONDS,
        retry=settings.CANDLES_RETRY_SECONDS,
        waiting=settings.CANDLES_WAITING,
        farewell=settings.CANDLES_FAREWELL_SECONDS,
    )


def _gap_limits() -> GapLimits:
    return GapLimits(
        reorder=settings.GAP_REORDER_SECONDS,
        quiet=settings.GAP_QUIET_SECONDS,
        trades_hold=settings.GAP_TRADES_HOLD_SECONDS,
        candles_hold=settings.GAP_CANDLES_HOLD_SECONDS,
        held=settings.GAP_HELD,
        candle_late=settings.GAP_CANDLE_LATE_SECONDS,
        candle_settle=settings.GAP_CANDLE_SETTLE_SECONDS,
        pages=settings.GAP_PAGES,
        retry=settings.GAP_RETRY_SECONDS,
        retry_maximum=settings.GAP_RETRY_MAXIMUM_SECONDS,
        give_up=settings.GAP_GIVE_UP_SECONDS,
        parallel=settings.GAP_PARALLEL,
        checkpoint_age=settings.BRIDGE_POSITION_AGE_SECONDS,
        rejoin_age=settings.BRIDGE_REJOIN_SECONDS,
        takeover=settings.BRIDGE_TAKEOVER_SECONDS,
        checkpoint_wait=settings.BRIDGE_POSITION_WAIT_SECONDS,
        checkpoint_refresh=settings.BRIDGE_POSITION_REFRESH_SECONDS,
        look=settings.GAP_LOOK_SECONDS,
        clock_anew=settings.BRIDGE_CLOCK_ANEW_SECONDS,
    )
