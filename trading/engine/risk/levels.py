"""The levels of trading: who sets them is told elsewhere; which one holds, here."""

from collections.abc import Iterable
from enum import StrEnum


class TradingLevel(StrEnum):
    """What may be ordered: everything, only what makes a position smaller, or nothing."""

    ACTIVE = "active"
    REDUCE_ONLY = "reduce_only"
    HALTED = "halted"


_STRICTNESS = {level: strictness for strictness, level in enumerate(TradingLevel)}


def strictest(levels: Iterable[str]) -> TradingLevel:
    """Return the strictest of the levels that are set globally, for a user and for an instance.

    One that isn't known counts as `HALTED`: what can't be read must not let an order pass.
    """
    known = [TradingLevel(level) if level in _STRICTNESS else TradingLevel.HALTED for level in levels]
    return max(known, key=_STRICTNESS.__getitem__, default=TradingLevel.ACTIVE)
