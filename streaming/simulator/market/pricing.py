"""An instrument that stands at a given price: a market of it goes on from where another stood."""

from decimal import Decimal

import msgspec

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.candles.history import History
from streaming.simulator.market.instruments import INSTRUMENTS, UNITS, Instrument

_ATTEMPTS = 4
_DOLLARS = 360.0
_USUAL = Instrument(
    symbol="",
    base="",
    quote="",
    tick=1,
    step=1,
    minimum_notional=5 * UNITS,
    reference=1,
    trades_per_second=2.0,
    typical_notional=_DOLLARS,
    market_share=0.75,
    daily_volatility=0.03,
)
_KNOWN = {instrument.symbol: instrument for instrument in INSTRUMENTS}
_WORTH = {"BTC": 0.004, "ETH": 0.1, "BNB": 0.5}
"""What a usual trade costs in quotes that are no dollars."""


def instrument_at(
    *, symbol: str, base: str, quote: str, price: Decimal, tick: Decimal, step: Decimal, seed: int, start: int
) -> Instrument:
    """Return an instrument whose history of `seed` ends, at `start` (ms, a whole second), at `price`, to a tick.

    One that the simulator knows is as lively as it is there. Raise ValueError where the price is no whole tick.
    """
    ticks = round(price / tick)
    if ticks < 1:
        raise ValueError(f"a price of {symbol} below its tick: {price}")
    known = _KNOWN.get(symbol)
    made = msgspec.structs.replace(
        known or _USUAL,
        symbol=symbol,
        base=base,
        quote=quote,
        tick=round(tick * UNITS),
        step=round(step * UNITS),
        typical_notional=known.typical_notional if known else _WORTH.get(quote, _DOLLARS),
        reference=ticks,
    )
    return _moved(made, ticks, seed, start)


def _moved(instrument: Instrument, ticks: int, seed: int, start: int) -> Instrument:
    """Move the reference until history ends where it should: it is a walk relative to the reference."""
    best, distance = instrument, ticks
    for _ in range(_ATTEMPTS):
        close = History(instrument, seed, start).candle("1s", start - SECOND).close
        if abs(close - ticks) < distance:
            best, distance = instrument, abs(close - ticks)
        if distance == 0:
            break
        reference = max(1, round(instrument.reference * ticks / max(1, close)))
        instrument = msgspec.structs.replace(instrument, reference=reference)
    return best
