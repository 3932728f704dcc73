"""What a stablecoin is worth in US dollars, by the sources that tell it. Pure, and exact.

Of two that are far apart their prices alone can't say which is wrong. What they last agreed on can: where the
stablecoin itself moves both follow it, and a source that lies leaves the other one behind. What that was is the middle
between them, where each counts alike: one that lies of its price may lie of its volume, too.
"""

from collections.abc import Sequence
from decimal import Context, Decimal

from streaming.events import Source
from streaming.market.combined.combination import SourceStanding, Standing, combined
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.quotes import DollarQuote
from streaming.market.combined.weighted_median import weighted_median

_EXACT = Context(prec=200)
_PER_CENT = Decimal("0.01")
_ONE = Decimal(1)
_PAIR = 2


class StablecoinRate:
    """Combines the quotes of one stablecoin, and remembers what its sources last agreed on."""

    def __init__(self, limits: CombiningLimits) -> None:
        self._limits = limits
        self._agreed: Decimal | None = None

    def of(self, quotes: Sequence[DollarQuote]) -> DollarQuote | None:
        """Return the rate that the newest quotes make, as old as the oldest that counts; None where none is fresh.

        Of two that are more than `limits.percent` apart the one counts that is nearer to what was last agreed on; both
        by their weight, where they never agreed or are as near.
        """
        told = combined(quotes, self._limits)
        used = [source for source in told.sources if source.standing is Standing.USED]
        if not used or told.price is None:
            return None
        if self._are_apart(used):
            nearer = self._nearer(*used)
            return _rate(told.price, used) if nearer is None else _rate(nearer.price, [nearer])
        if len(used) >= _PAIR:
            self._agreed = weighted_median([(source.price, _ONE) for source in used])
        return _rate(told.price, used)

    def _are_apart(self, used: Sequence[SourceStanding]) -> bool:
        if len(used) != _PAIR:
            return False
        lower, upper = sorted(source.price for source in used)
        return _EXACT.subtract(upper, lower) > _EXACT.multiply(self._limits.percent * _PER_CENT, lower)

    def _nearer(self, one: SourceStanding, other: SourceStanding) -> SourceStanding | None:
        if self._agreed is None:
            return None
        distance, others = (abs(_EXACT.subtract(each.price, self._agreed)) for each in (one, other))
        if distance == others:
            return None
        return one if distance < others else other


def _rate(price: Decimal, made_of: Sequence[SourceStanding]) -> DollarQuote:
    age = max(source.age_ms for source in made_of)
    return DollarQuote(source=Source.COMBINED, price=price, weight=Decimal(0), age_ms=age)
