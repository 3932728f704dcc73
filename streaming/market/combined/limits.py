"""By which numbers prices are combined."""

from decimal import Decimal

import msgspec


class CombiningLimits(msgspec.Struct, frozen=True, kw_only=True):
    """When a price is fresh, and when it is far from the others.

    `fresh_ms`: up to this age it is used. It is left out where it is more than `deviations` median absolute deviations
    and more than `percent` per cent from the median of them all; of fewer than `least_to_judge`, none is.
    """

    fresh_ms: int = 10_000
    deviations: Decimal = Decimal(5)
    percent: Decimal = Decimal(1)
    least_to_judge: int = 3
