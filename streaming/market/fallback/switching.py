"""When simulated data begins and when it ends, by how long the exchange has been away or well. Pure."""

from enum import Enum

from streaming.clock import Clock
from streaming.market.fallback.limits import FallbackLimits


class Switch(Enum):
    """What is to be done now."""

    TO_SIMULATED = "to simulated"
    TO_EXCHANGE = "to exchange"


class FallbackSwitch:
    """Is told again and again whether the exchange is well, and says when to switch.

    Only what lasts without a break counts: an exchange that comes and goes within either time switches nothing.
    """

    def __init__(self, limits: FallbackLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._is_well = False
        self._since = clock.monotonic()
        self.is_simulated = False

    def look(self, *, is_well: bool) -> Switch | None:
        """Note how the exchange is now; return what is to be done, which the caller says by `is_simulated`."""
        now = self._clock.monotonic()
        if is_well is not self._is_well:
            self._is_well, self._since = is_well, now
        lasted = now - self._since
        if self.is_simulated:
            return Switch.TO_EXCHANGE if is_well and lasted >= self._limits.well_for else None
        return Switch.TO_SIMULATED if not is_well and lasted >= self._limits.after else None
