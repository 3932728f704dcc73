"""What is traded: the symbols, their price and quantity steps, and how lively each of them is.

Inside the simulator a price is a whole number of ticks, a quantity a whole number of steps, and an amount of the quote
asset their product; text with eight decimals, as the exchange writes it, is made at the border only.
"""

from decimal import Decimal

import msgspec

UNITS = 10**8  # the exchange writes every number with eight decimals


def decimal_text(units: int) -> str:
    """Return `units` hundred-millionths with exactly eight decimals: 97523_45000000 gives `97523.45000000`."""
    whole, fraction = divmod(abs(units), UNITS)
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{fraction:08d}"


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol and its rules. `tick` and `step` are in hundred-millionths of the quote and the base asset."""

    symbol: str
    base: str
    quote: str
    tick: int
    step: int
    minimum_notional: int
    reference: int
    """The price around which it moves for ever, in ticks."""
    trades_per_second: float
    typical_notional: float
    """The mean size of a trade, in units of the quote asset."""
    market_share: float
    """How much of its movement is the whole market's, 0 to 1."""
    daily_volatility: float
    """The standard deviation of a day's relative move."""
    trading: bool = True

    @property
    def typical_quantity(self) -> float:
        """The mean size of a trade at the reference price, in steps."""
        return self.typical_notional * UNITS * UNITS / (self.reference * self.tick * self.step)

    def price_text(self, ticks: int) -> str:
        """Return a price as the exchange writes it."""
        return decimal_text(ticks * self.tick)

    def quantity_text(self, steps: int) -> str:
        """Return a quantity of the base asset as the exchange writes it."""
        return decimal_text(steps * self.step)

    def quote_text(self, amount: int) -> str:
        """Return an amount of the quote asset (ticks times steps) as the exchange writes it."""
        return decimal_text(amount * self.tick * self.step // UNITS)

    def average_text(self, amount: int, steps: int) -> str:
        """Return the average price of `steps` that cost `amount` (ticks times steps), rounded down; 0 of nothing."""
        return decimal_text(amount * self.tick // steps if steps else 0)


def _instrument(
    base: str,
    quote: str,
    price: str,
    tick: str,
    step: str,
    *,
    trades_per_second: float,
    typical_notional: float,
    market_share: float,
    daily_volatility: float,
    trading: bool = True,
) -> Instrument:
    return Instrument(
        symbol=base + quote,
        base=base,
        quote=quote,
        tick=int(Decimal(tick) * UNITS),
        step=int(Decimal(step) * UNITS),
        minimum_notional=5 * UNITS,
        reference=int(Decimal(price) / Decimal(tick)),
        trades_per_second=trades_per_second,
        typical_notional=typical_notional,
        market_share=market_share,
        daily_volatility=daily_volatility,
        trading=trading,
    )


def _usual(base: str, price: str, *, tick: str, step: str, pace: float, volatility: float) -> Instrument:
    return _instrument(
        base,
        "USDT",
        price,
        tick,
        step,
        trades_per_second=pace,
        typical_notional=360.0,
        market_share=0.75,
        daily_volatility=volatility,
    )


def _bitcoin(quote: str, pace: float, *, typical_notional: float) -> Instrument:
    return _instrument(
        "BTC",
        quote,
        "95000",
        "0.01",
        "0.00001",
        trades_per_second=pace,
        typical_notional=typical_notional,
        market_share=0.9,
        daily_volatility=0.018,
    )


INSTRUMENTS: tuple[Instrument, ...] = (
    _bitcoin("USDT", 12.0, typical_notional=900.0),
    _usual("ETH", "3400", tick="0.01", step="0.0001", pace=8.0, volatility=0.024),
    _usual("BNB", "640", tick="0.01", step="0.001", pace=3.5, volatility=0.02),
    _usual("SOL", "190", tick="0.01", step="0.001", pace=5.0, volatility=0.03),
    _usual("XRP", "2.2", tick="0.0001", step="0.1", pace=4.0, volatility=0.028),
    _usual("DOGE", "0.32", tick="0.00001", step="1", pace=4.0, volatility=0.034),
    _usual("ADA", "0.9", tick="0.0001", step="0.1", pace=2.5, volatility=0.03),
    _usual("AVAX", "38", tick="0.01", step="0.01", pace=2.5, volatility=0.032),
    _bitcoin("USDC", 4.0, typical_notional=540.0),
)
"""The symbols that trade."""

STABLECOIN = _instrument(
    "USDC",
    "USDT",
    "1",
    "0.0001",
    "1",
    trades_per_second=3.0,
    typical_notional=900.0,
    market_share=0.0,
    daily_volatility=0.0004,
)
"""One issuer's dollar in those of another: it trades where other exchanges are to tell what both cost."""

HALTED: tuple[Instrument, ...] = (
    _instrument(
        "LUNA",
        "USDT",
        "0.5",
        "0.0001",
        "0.01",
        trades_per_second=0.0,
        typical_notional=100.0,
        market_share=0.0,
        daily_volatility=0.0,
        trading=False,
    ),
)
"""Symbols that the exchange lists and doesn't trade (status BREAK)."""
