"""Which exchange to speak to, by which numbers, and for which slot."""

import msgspec

from streaming.configuration.setting_fields import setting
from streaming.events import Source
from streaming.market.bridge.slots import place_of, slot_of
from streaming.market.candles.writer import CandleWriterLimits
from streaming.market.fallback.limits import FallbackLimits
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.sources.discovery import further_source_of, source_of
from streaming.market.sources.source import DuplicateLimits, MarketSource
from streaming.market.upstream.limits import ConnectionLimits
from streaming.topics.topic import Topic


class BridgeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange's addresses, and every interval, time-out and limit of the bridge (in seconds).

    `stream_urls` are base addresses in order of preference (`/stream` is added to them); `rest_url` is the base of
    `/api/v3`. `is_further`: the market is read beside the deployment's own, under topics and a lease that name it.
    `slots` share the symbols of the deployment's own market; `place` says, from 1 on, whose settings these are.
    """

    source: Source = setting("EXCHANGE_SOURCE", Source)
    stream_urls: tuple[str, ...] = setting("EXCHANGE_STREAM_URLS", tuple)
    rest_url: str = setting("EXCHANGE_REST_URL")
    is_further: bool = False
    slots: int = setting("BRIDGE_SLOTS")
    place: int = 1
    connection: ConnectionLimits = msgspec.field(default_factory=ConnectionLimits)
    publishing: PublishingLimits = msgspec.field(default_factory=PublishingLimits)
    candles: CandleWriterLimits = msgspec.field(default_factory=CandleWriterLimits)
    duplicates: DuplicateLimits = msgspec.field(default_factory=DuplicateLimits)
    gaps: GapLimits = msgspec.field(default_factory=GapLimits)
    fallback: FallbackLimits = msgspec.field(default_factory=FallbackLimits)
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

    @property
    def topic_source(self) -> Source | None:
        """What the topics that are served say of their source: nothing, where it is the deployment's own."""
        return self.source if self.is_further else None

    @property
    def slot(self) -> str:
        """The name of the bridge's lease, and of its log lines: `bridge`, or `bridge.kraken` of a further market."""
        return slot_of(self.topic_source, self.place)

    @property
    def is_first(self) -> bool:
        """Whether what is of no symbol is told here, of the deployment's own market."""
        return self.place == 1 and not self.is_further

    @property
    def each_slot(self) -> tuple["BridgeSettings", ...]:
        """The settings of each slot that shares the market; a further market has one."""
        places = range(1, 1 if self.is_further else self.slots)
        return (self, *(msgspec.structs.replace(self, place=place + 1) for place in places))

    def serves(self, topic: Topic) -> bool:
        """Return whether a topic of the market belongs to this slot."""
        return self.is_further or place_of(topic.symbol, self.slots) == self.place

    @property
    def may_fall_back(self) -> bool:
        """Whether simulated data may stand in: for the deployment's own market, of the wire that the simulator has."""
        is_simulable = self.source is not Source.SIMULATOR and source_of(self.source) is source_of(Source.SIMULATOR)
        return self.fallback.after > 0 and not self.is_further and is_simulable

    @property
    def market_source(self) -> MarketSource:
        """Whose wire is spoken, with the topics of this slot."""
        return further_source_of(self.source) if self.is_further else source_of(self.source)
