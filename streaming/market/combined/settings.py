"""What is combined, and by which numbers."""

from decimal import Decimal

import msgspec
from django.conf import settings

from streaming.configuration.setting_fields import setting
from streaming.events import Source
from streaming.market.candles.writer import CandleWriterLimits
from streaming.market.combined.configured_symbols import combined_markets_from_settings, combined_source
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.symbols import CombinedMarkets
from streaming.market.publishing.limits import PublishingLimits


def _limits() -> CombiningLimits:
    return CombiningLimits(
        fresh_ms=round(settings.COMBINED_FRESH_SECONDS * 1000),
        deviations=Decimal(str(settings.COMBINED_OUTLIER_DEVIATIONS)),
        percent=Decimal(str(settings.COMBINED_OUTLIER_PERCENT)),
    )


class CombiningSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The markets, when their prices count, and the lease of whoever combines them (in seconds).

    `own_source` is the deployment's own, whose topics name none; where that is the simulator, all is simulated.
    """

    markets: CombinedMarkets = msgspec.field(default_factory=combined_markets_from_settings)
    limits: CombiningLimits = msgspec.field(default_factory=_limits)
    own_source: Source = setting("EXCHANGE_SOURCE", Source)
    publishing: PublishingLimits = msgspec.field(default_factory=PublishingLimits)
    candles: CandleWriterLimits = msgspec.field(default_factory=CandleWriterLimits)
    lease: float = setting("COMBINED_LEASE_SECONDS")
    lease_renewal: float = setting("COMBINED_LEASE_RENEW_SECONDS")
    look: float = 1.0

    @property
    def is_simulated(self) -> bool:
        """Whether what is combined is of no real market."""
        return self.own_source is Source.SIMULATOR

    @property
    def event_source(self) -> Source:
        """Whose what is combined is called, and its candles are stored as."""
        return combined_source(self.own_source)
