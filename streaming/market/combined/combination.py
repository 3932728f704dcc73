"""One price of several: the median of the fresh ones by their recent volume, without those that are far off. Pure.

A source that lies moves it by no more than its weight allows: as long as the others outweigh it, it stays between
prices that they tell.
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from enum import StrEnum

import msgspec

from streaming.events import Source
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.quotes import DollarQuote
from streaming.market.combined.weighted_median import weighted_median

_EXACT = Context(prec=200)
_ONE = Decimal(1)
_PER_CENT = Decimal("0.01")


class Standing(StrEnum):
    """What became of a source's price: it was used, it is too old, or it is too far from the others."""

    USED = "used"
    OLD = "old"
    OUTLIER = "outlier"


class SourceStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A source of a combined price: its own price in US dollars, how old that is in ms, and what became of it."""

    source: Source
    price: Decimal
    age_ms: int
    standing: Standing


class Combination(msgspec.Struct, frozen=True, kw_only=True):
    """A combined price, and its sources in the order of their names; no price where there is no source.

    `is_single` where it is that of one source alone; `is_stale` where none is fresh, so that it is the youngest that
    there was.
    """

    price: Decimal | None
    sources: tuple[SourceStanding, ...]
    is_single: bool
    is_stale: bool


def combined(quotes: Sequence[DollarQuote], limits: CombiningLimits) -> Combination:
    """Return what the quotes of one asset come to, of each source one."""
    fresh = [quote for quote in quotes if quote.age_ms <= limits.fresh_ms]
    outliers = _outliers(fresh, limits)
    used = [quote for quote in fresh if quote.source not in outliers]
    return Combination(
        price=_price(used, quotes),
        sources=tuple(_standing(quote, used, outliers) for quote in sorted(quotes, key=lambda quote: quote.source)),
        is_single=len(used) == 1,
        is_stale=not used,
    )


def _price(used: Sequence[DollarQuote], quotes: Sequence[DollarQuote]) -> Decimal | None:
    if used:
        return weighted_median([(quote.price, quote.weight) for quote in used])
    return min(quotes, key=lambda quote: quote.age_ms).price if quotes else None


def _outliers(fresh: Sequence[DollarQuote], limits: CombiningLimits) -> frozenset[Source]:
    """Return the sources that are far from the others by both measures, each source counting once.

    Of two nobody can say which is wrong. Volume plays no part: one that lies of its price may lie of that, too.
    """
    if len(fresh) < limits.least_to_judge:
        return frozenset()
    middle = weighted_median([(quote.price, _ONE) for quote in fresh])
    deviation = weighted_median([(_distance(quote, middle), _ONE) for quote in fresh])
    bound = max(_EXACT.multiply(limits.deviations, deviation), _EXACT.multiply(limits.percent * _PER_CENT, middle))
    return frozenset(quote.source for quote in fresh if _distance(quote, middle) > bound)


def _distance(quote: DollarQuote, middle: Decimal) -> Decimal:
    return abs(_EXACT.subtract(quote.price, middle))


def _standing(quote: DollarQuote, used: Sequence[DollarQuote], outliers: frozenset[Source]) -> SourceStanding:
    standing = Standing.USED if quote in used else Standing.OUTLIER if quote.source in outliers else Standing.OLD
    return SourceStanding(source=quote.source, price=quote.price, age_ms=quote.age_ms, standing=standing)
