"""Candles that the exchange itself doesn't have, remembered so that nobody asks for them again and again."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from streaming.events import Interval, Source
from streaming.events.intervals import next_open_time, open_time_at
from streaming.market.candle_ranges import CandleRange, merged_ranges
from streaming.market.models import CandleGap


def gaps_store(*, source: Source, symbol: str, interval: Interval, gaps: Sequence[CandleRange]) -> None:
    """Remember that the exchange has no candles in `gaps`, in one transaction; neighbours become one."""
    if not gaps:
        return
    key = {"source": source.value, "symbol": symbol, "interval": interval.value}
    with transaction.atomic():
        touching = CandleGap.objects.filter(**key).filter(_touches(interval, gaps))
        held = [CandleRange(start, end) for start, end in touching.values_list("start", "end")]
        whole = merged_ranges(interval, [*held, *gaps])
        if sorted(held) == whole:
            return
        touching.delete()
        rows = [CandleGap(**key, start=one.start, end=one.end) for one in whole]
        CandleGap.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["source", "symbol", "interval", "start"],
            update_fields=["end"],
        )


def _touches(interval: Interval, gaps: Sequence[CandleRange]) -> Q:
    found = Q()
    for gap in gaps:
        before = open_time_at(interval, gap.start - 1)
        found |= Q(start__lte=next_open_time(interval, gap.end), end__gte=before)
    return found


def known_gaps(*, source: Source, symbol: str, interval: Interval, within: CandleRange) -> list[CandleRange]:
    """Return the remembered gaps that touch `within`, by their start."""
    found = CandleGap.objects.filter(
        source=source.value, symbol=symbol, interval=interval.value, start__lte=within.end, end__gte=within.start
    )
    return [CandleRange(start, end) for start, end in found.order_by("start").values_list("start", "end")]


def gaps_forget(*, source: Source, symbol: str, interval: Interval, within: CandleRange) -> int:
    """Forget the gaps that touch `within`, so that they are asked for again; return how many there were."""
    forgotten, _ = CandleGap.objects.filter(
        source=source.value, symbol=symbol, interval=interval.value, start__lte=within.end, end__gte=within.start
    ).delete()
    return forgotten
