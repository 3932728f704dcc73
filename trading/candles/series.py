"""The candles of a backtest as the engine takes them: in whole ticks and steps, of a fine enough instrument."""

from decimal import Decimal

import msgspec
import numpy as np

from streaming.events import Interval, Source
from streaming.market.models import Candle, Symbol
from streaming.numbers import decimals_of_step
from trading.candles.decimal_columns import Integers
from trading.candles.stored_columns import StoredColumns, stored_columns
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Instrument
from trading.instruments import instrument_of_row

_FINER = {Interval.SECOND_1: 1, Interval.MINUTE_1: 60}
"""What decides within longer candles where it is stored, and how many seconds each is long; the finest first."""
_LONGER = 61


class SeriesRange(msgspec.Struct, frozen=True, kw_only=True):
    """Which candles: those that open from `start` up to, not including, `end` (ms)."""

    source: Source
    symbol: str
    interval: Interval
    start: int
    end: int


def instrument_of(symbol: str, *, tick_size: Decimal | None = None) -> Instrument:
    """Return what is traded, with the exchange's filters; with a `tick_size`, with that instead of its own."""
    return instrument_of_row(Symbol.objects.get(name=symbol), tick_size=tick_size)


def stored_series(wanted: SeriesRange) -> CandleSeries:
    """Return the stored candles of a range; where a price is finer than the symbol's tick, in a tick as fine.

    So no price is ever rounded: an exchange may have made its tick coarser since. What of a volume is finer than a step
    is left out.
    """
    instrument = instrument_of(wanted.symbol)
    columns = _columns(wanted, instrument)
    unit = _tick_in_units(columns, instrument.tick_size)
    tick = Decimal(unit).scaleb(-columns.decimals)
    if tick != instrument.tick_size:
        instrument = instrument_of(wanted.symbol, tick_size=tick.normalize())
    return _series(columns, instrument, wanted.interval, unit)


def finer_series(wanted: SeriesRange, instrument: Instrument, *, most: int) -> CandleSeries | None:
    """Return stored candles of 1s or 1m that are finer than `wanted` and cover more of it; of equals the finer ones.

    None where neither has any, or only more than so many, or where their prices are finer than the instrument's tick.
    """
    lengths = {interval: length for interval, length in _FINER.items() if length < _FINER.get(wanted.interval, _LONGER)}
    covered = {interval: _count(wanted, interval, most) * length for interval, length in lengths.items()}
    interval = max(covered, key=lambda one: covered[one], default=None)
    if interval is None or not covered[interval]:
        return None
    columns = _columns(msgspec.structs.replace(wanted, interval=interval), instrument)
    unit = _tick_in_units(columns, instrument.tick_size)
    is_as_fine = Decimal(unit).scaleb(-columns.decimals) == instrument.tick_size
    return _series(columns, instrument, interval, unit) if is_as_fine else None


def _count(wanted: SeriesRange, interval: Interval, most: int) -> int:
    """Return how many candles of a length are stored in a range; 0 where that is more than `most`."""
    rows = Candle.objects.filter(source=wanted.source.value, symbol=wanted.symbol, interval=interval.value)
    count = rows.filter(open_time__gte=wanted.start, open_time__lt=wanted.end)[: most + 1].count()
    return count if count <= most else 0


def _columns(wanted: SeriesRange, instrument: Instrument) -> StoredColumns:
    return stored_columns(
        source=wanted.source,
        symbol=wanted.symbol,
        interval=wanted.interval,
        start=wanted.start,
        end=wanted.end,
        volume_decimals=decimals_of_step(instrument.step_size),
    )


def _tick_in_units(columns: StoredColumns, tick_size: Decimal) -> int:
    """Return the tick in the units of the prices: the symbol's, or the largest that divides it and each price."""
    exact = tick_size.scaleb(columns.decimals)
    unit = int(exact) if exact == exact.to_integral_value() else 1
    if all(not (prices % unit).any() for prices in columns.prices):
        return unit
    return int(np.gcd(unit, np.gcd.reduce([np.gcd.reduce(prices) for prices in columns.prices])))


def _series(columns: StoredColumns, instrument: Instrument, interval: Interval, unit: int) -> CandleSeries:
    opening, high, low, close = (prices // unit for prices in columns.prices)
    steps = _steps(columns, instrument)
    return CandleSeries(instrument, interval, columns.open_time, opening, high, low, close, steps)


def _steps(columns: StoredColumns, instrument: Instrument) -> Integers:
    step = int(instrument.step_size.scaleb(columns.volume_decimals))
    return columns.volume // step
