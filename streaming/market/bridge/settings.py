"""Which exchange to speak to, and by which numbers."""

import msgspec

from streaming.events import Source
from streaming.market.candles.writer import CandleWriterLimits
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.publisher import PublishingLimits
from streaming.market.sources.source import DuplicateLimits
from streaming.market.upstream.limits import ConnectionLimits
from streaming.setting_fields import setting


class BridgeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange's addresses, and every interval, time-out and limit of the bridge (in seconds).

    `stream_urls` are base addresses in order of preference (`/stream` is added to them); `rest_url` is the base of
    `/api/v3`.
    """

    source: Source = setting("EXCHANGE_SOURCE", Source)
    stream_urls: tuple[str, ...] = setting("EXCHANGE_STREAM_URLS", tuple)
    rest_url: str = setting("EXCHANGE_REST_URL")
    connection: ConnectionLimits = msgspec.field(default_factory=ConnectionLimits)
    publishing: PublishingLimits = msgspec.field(default_factory=PublishingLimits)
    candles: CandleWriterLimits = msgspec.field(default_factory=CandleWriterLimits)
    duplicates: DuplicateLimits = msgspec.field(default_factory=DuplicateLimits)
    gaps: GapLimits = msgspec.field(default_factory=GapLimits)
    stale_after: float = setting("PUBLISH_STALE_SECONDS")
    stale_look: float = setting("PUBLISH_STALE_LOOK_SECONDS")
    stream_reports: float = setting("BRIDGE_STREAM_REPORTS_SECONDS")
    overview_symbols: tuple[str, ...] = setting("OVERVIEW_SYMBOLS", tuple)
    demand_lease: float = setting("DEMAND_LEASE_SECONDS")
    symbols_refresh: float = setting("SYMBOLS_REFRESH_SECONDS")
    symbols_retry: float = setting("SYMBOLS_RETRY_SECONDS")
    status_interval: float = setting("BRIDGE_STATUS_INTERVAL_SECONDS")
    status_gather: float = setting("BRIDGE_STATUS_GATHER_SECONDS")
    lease: float = setting("BRIDGE_LEASE_SECONDS")
    lease_renewal: float = setting("BRIDGE_LEASE_RENEW_SECONDS")
