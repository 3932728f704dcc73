"""A symbol that trades, and candles of it that are stored: no exchange is asked for anything."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from streaming.events import Interval, Source
from streaming.events.intervals import close_time_of
from streaming.market.candle_ranges import CandleRange
from streaming.market.candles.gaps import gaps_store
from streaming.market.candles.storage import candles_store
from streaming.market.models import TRADING, Symbol
from streaming.market.sources.answers import KlineRow

MINUTE = 60_000
SYMBOL = "BTCUSDT"
START = 1_700_000_040_000
"""When the first of the stored candles opens, a whole minute in November 2023."""
HISTORY = 1000
"""So many candles before the start does a run look at."""
_BASE = Decimal(1000)
_WAVE = 40


def symbol_listed(name: str = SYMBOL, *, base: str = "", status: str = TRADING, **sizes: Any) -> Symbol:
    """List a symbol with a tick of 0.01 and a step of 0.001."""
    now = datetime(2023, 11, 1, tzinfo=UTC)
    known = {"tick_size": Decimal("0.01"), "step_size": Decimal("0.001"), "minimum_notional": Decimal(5), **sizes}
    return Symbol.objects.create(
        name=name,
        base=base or name.removesuffix("USDT"),
        quote="USDT",
        status=status,
        source=Source.BINANCE.value,
        listed_at=now,
        updated_at=now,
        **known,
    )


def wave_row(index: int, *, interval: Interval = Interval.MINUTE_1, length: int = MINUTE) -> KlineRow:
    """Return a candle of a price that rises and falls by two per cent every forty candles."""
    height, before = (_BASE + Decimal(abs(at % _WAVE - _WAVE // 2)) for at in (index, index - 1))
    return KlineRow(
        open_time=START + index * length,
        open=before,
        high=max(before, height) + Decimal("0.50"),
        low=min(before, height) - Decimal("0.50"),
        close=height,
        volume=Decimal("12.3456"),
        close_time=close_time_of(interval, START + index * length),
        quote_volume=Decimal(12345),
        trades=7,
    )


def minutes_stored(first: int, count: int, *, symbol: str = SYMBOL) -> None:
    """Store so many candles of a minute, from one on."""
    rows = [wave_row(index) for index in range(first, first + count)]
    candles_store(source=Source.BINANCE, symbol=symbol, interval=Interval.MINUTE_1, rows=rows)


def gap_known(start: int, end: int) -> None:
    """Let it be known that the exchange has no candles of a minute that open from `start` to `end`, both included."""
    gaps_store(source=Source.BINANCE, symbol=SYMBOL, interval=Interval.MINUTE_1, gaps=[CandleRange(start, end)])
