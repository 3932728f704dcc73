"""The order book's imbalance at the closes of candles: stored as the market runs, and read where a model wants it."""

from collections.abc import Iterable
from typing import NamedTuple

from streaming.events import Source
from trading.models import BookImbalance


class CollectedImbalance(NamedTuple):
    """The imbalance of a symbol's book when a candle closed whose last ms is `close_time`."""

    source: Source
    symbol: str
    close_time: int
    imbalance: float


def imbalances_store(noted: Iterable[CollectedImbalance]) -> None:
    """Store them; of what is stored already the first stays."""
    rows = [BookImbalance(**one._asdict()) for one in noted]
    BookImbalance.objects.bulk_create(rows, ignore_conflicts=True)


def imbalances_known(*, source: Source, symbol: str, start: int, end: int | None = None) -> dict[int, float]:
    """Return those of candles that closed from `start` to before `end` (ms), by the candle's last ms."""
    found = BookImbalance.objects.filter(source=source.value, symbol=symbol, close_time__gte=start)
    if end is not None:
        found = found.filter(close_time__lt=end)
    return dict(found.values_list("close_time", "imbalance"))
