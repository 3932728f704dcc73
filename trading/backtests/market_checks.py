"""What only the market and the clock can tell to be wrong with a backtest."""

from collections.abc import Mapping

from django.conf import settings

from streaming.events import Interval
from streaming.market.candle_ranges import candle_count, candles_between
from streaming.market.models import Candle
from streaming.market.own_source import own_source
from streaming.market.selectors import interval_fault
from streaming.market.stored_candles import missing_ranges
from streaming.times import moment
from trading.traded_symbols import NotTradingError, traded_symbol

_LEAST_CANDLES = 2


def symbol_faults(symbol: str) -> Mapping[str, str]:
    """Return what is wrong with a symbol: unknown, no longer listed, or not trading now.

    Raise `CommandRefusedError` (UNAVAILABLE) while no symbols are known at all.
    """
    try:
        traded_symbol(symbol)
    except NotTradingError as error:
        return {"symbol": str(error)}
    return {}


def range_faults(interval: Interval, start: int, end: int, *, now_ms: int) -> Mapping[str, str]:
    """Return what is wrong with a range (ms, `end` excluded) by itself and the clock."""
    if start >= now_ms:
        return {"start": "start must be in the past"}
    candles = candles_between(interval, start, min(end, now_ms) - 1)
    count = 0 if candles is None else candle_count(interval, candles)
    if count < _LEAST_CANDLES:
        return {"end": f"start to end must hold at least {_LEAST_CANDLES} candles of {interval.value}"}
    most = settings.BACKTESTS_MAXIMUM_CANDLES
    if count > most:
        return {"end": f"start to end are {count:,} candles of {interval.value}, and at most {most:,} are allowed"}
    return {}


def data_faults(symbol: str, interval: Interval, start: int, end: int) -> Mapping[str, str]:
    """Return that the exchange has no candle of a range that isn't stored.

    Either it is known to have none there, of which then none is stored, or it has none of the interval at all.
    """
    source, last, fault = own_source(), end - 1, interval_fault(interval)
    stored = Candle.objects.filter(
        source=source.value, symbol=symbol, interval=interval.value, open_time__gte=start, open_time__lte=last
    )
    is_stored = stored.exists()
    if is_stored and fault is None:  # asked first: to look for holes in a million stored candles takes seconds
        return {}
    if missing_ranges(source=source, symbol=symbol, interval=interval, start=start, end=last):
        return {} if fault is None else {"interval": fault}
    return {} if is_stored else {"start": no_candles(symbol, interval, start, end)}


def no_candles(symbol: str, interval: Interval, start: int, end: int) -> str:
    """Return the sentence that there are no candles."""
    first, last = (f"{moment(time):%Y-%m-%d %H:%M}" for time in (start, end))
    return f"There are no candles of {symbol} {interval.value} from {first} to {last}"
