"""The past of a strategy that runs live: a digest of the candles that it was told, and what is left without these."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import takewhile
from struct import Struct

from msgspec.structs import replace

from streaming.events import Interval
from trading.engine.live.strategies.candles import ClosedCandle
from trading.engine.live.strategies.memory import Delivery, OrdersChanged, StrategyFilters, StrategyMemory
from trading.engine.live.strategies.recovery import known_candles
from trading.engine.live.strategies.run import RunTerms

PAST_REPLACED = "the market's past was replaced: the candles that it decided by are others now"
"""Why a strategy can't be brought back to where it stood, as a new simulator has come in place of the old one, say."""
FILTERS_CHANGED = "the exchange has changed the symbol's tick size, step size or least order since it began"
"""Why else it can't: what it was told is in ticks and steps of before, and it decides by the least order."""
_BYTES = 16
_NUMBERS = Struct("!q5d")


class CandleDigest:
    """The candles that a strategy was told, as a digest; none where it isn't known of all of them."""

    def __init__(self, digest: str) -> None:
        self._digest = bytes.fromhex(digest)

    @classmethod
    def of(cls, candles: Iterable[ClosedCandle]) -> "CandleDigest":
        """Return the digest of candles, oldest first."""
        told = cls(bytes(_BYTES).hex())
        for candle in candles:
            told.add(candle)
        return told

    @property
    def digest(self) -> str:
        """The digest in hexadecimal digits; empty for none."""
        return self._digest.hex()

    def add(self, candle: ClosedCandle) -> None:
        """Take the next candle, by its numbers as floats: it doesn't matter how they are written."""
        if self._digest:
            prices = (candle.open, candle.high, candle.low, candle.close)
            written = _NUMBERS.pack(candle.open_time, *prices, candle.volume)
            self._digest = blake2b(self._digest + written, digest_size=_BYTES).digest()


def without_past(memory: StrategyMemory, *, deliveries: int) -> StrategyMemory:
    """Return what is remembered of a strategy that begins anew: of what it was told, by so many `deliveries`, nothing.

    Its orders and its signals are counted on.
    """
    return replace(
        memory,
        started_at=None,
        warm_from=None,
        candle_cursor=None,
        candles_digest="",
        filters=None,
        forgotten_deliveries=deliveries,
    )


def deliveries_needed(deliveries: Sequence[Delivery], memory: StrategyMemory) -> Sequence[Delivery]:
    """Return the deliveries since it began, for the last time; older ones may have been deleted."""
    count = memory.deliveries - memory.forgotten_deliveries
    return [one for one in deliveries[max(0, len(deliveries) - count) :] if not _is_untold(one)]


def untold(deliveries: Sequence[Delivery]) -> list[OrdersChanged]:
    """Return what happened to its orders that it is still to be told of: behind all else that it was told."""
    return list(
        reversed([one for one in takewhile(_is_untold, reversed(deliveries)) if isinstance(one, OrdersChanged)])
    )


def _is_untold(delivery: Delivery) -> bool:
    return isinstance(delivery, OrdersChanged) and delivery.is_untold


def lost_past(
    candles: Iterable[ClosedCandle], memory: StrategyMemory, deliveries: Sequence[Delivery], terms: RunTerms
) -> str:
    """Return why a strategy may decide otherwise, told again what it was told.

    Empty where nothing has changed, or nothing is known of it.
    """
    if _is_replaced(candles, memory, deliveries, terms.interval):
        return PAST_REPLACED
    is_same = memory.filters in {None, StrategyFilters.of(terms.instrument)}
    return "" if is_same else FILTERS_CHANGED


def _is_replaced(
    candles: Iterable[ClosedCandle], memory: StrategyMemory, deliveries: Sequence[Delivery], interval: Interval
) -> bool:
    """Return whether candles aren't those that it was told; False where that isn't known."""
    if not memory.candles_digest:
        return False
    known = known_candles(candles, memory, deliveries, interval)
    return CandleDigest.of([*known.history, *known.told]).digest != memory.candles_digest
