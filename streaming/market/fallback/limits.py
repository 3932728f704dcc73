"""When simulated data stands in for the exchange."""

import msgspec

from streaming.configuration.setting_fields import setting


class FallbackLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds: `after` which without the exchange simulated data begins (0: never), `well_for` which it ends.

    `market` names what makes the data, a class as `stand_in.StandInMarket` describes it. `look` is how often the
    exchange is looked at.
    """

    after: float = setting("FALLBACK_SIMULATOR")
    well_for: float = setting("FALLBACK_WELL_SECONDS")
    market: str = setting("FALLBACK_MARKET")
    look: float = 0.25
