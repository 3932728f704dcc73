"""A traded symbol: its assets, and the grid of prices and quantities that its exchange allows."""

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from enum import Enum

from trading.engine.amounts import ONE, amount_of

_LONG = Context(prec=100)


class Rounding(Enum):
    """Which of the two nearest steps of a grid a number goes to."""

    DOWN = ROUND_FLOOR
    UP = ROUND_CEILING
    NEAREST = ROUND_HALF_EVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBand:
    """How far from the market an order's price may be, as multiples of the market's (Binance's PERCENT_PRICE)."""

    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A symbol as its exchange trades it. Inside the engine its prices are whole ticks, its quantities whole steps.

    An order's quantity is at least `minimum_quantity` and at most `maximum_quantity` (None: there is no such bound), in
    base, and what it is worth at least `minimum_notional`, in quote. `buy_band` and `sell_band` hold prices of orders
    of a side, and `maximum_orders` the number of open orders of one account. `price_unit` is a tick, and
    `quantity_unit` a step, in amounts of 10⁻²⁴; `notional_unit` is one tick times one step, `minimum_amount` the
    `minimum_notional`; `minimum_steps`, 1 at least, and `maximum_steps` bound a quantity in steps. Raise `ValueError`
    where tick or step isn't positive, or so fine that their product is no whole amount.
    """

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    step_size: Decimal
    minimum_notional: Decimal = Decimal(0)
    minimum_quantity: Decimal = Decimal(0)
    maximum_quantity: Decimal | None = None
    buy_band: PriceBand | None = None
    sell_band: PriceBand | None = None
    maximum_orders: int | None = None
    price_unit: int = field(init=False)
    quantity_unit: int = field(init=False)
    notional_unit: int = field(init=False)
    minimum_amount: int = field(init=False)
    minimum_steps: int = field(init=False)
    maximum_steps: int | None = field(init=False)

    def __post_init__(self) -> None:
        if self.tick_size <= 0 or self.step_size <= 0:
            raise ValueError(f"tick and step of {self.symbol} must be positive")
        price_unit, quantity_unit = amount_of(self.tick_size), amount_of(self.step_size)
        notional_unit, rest = divmod(price_unit * quantity_unit, ONE)
        if rest:
            raise ValueError(f"tick times step of {self.symbol} is finer than an amount can be")
        object.__setattr__(self, "price_unit", price_unit)
        object.__setattr__(self, "quantity_unit", quantity_unit)
        object.__setattr__(self, "notional_unit", notional_unit)
        object.__setattr__(self, "minimum_amount", amount_of(self.minimum_notional))
        most = self.maximum_quantity
        object.__setattr__(self, "minimum_steps", max(1, self.steps(self.minimum_quantity, Rounding.UP)))
        object.__setattr__(self, "maximum_steps", None if most is None else self.steps(most, Rounding.DOWN))

    def notional(self, ticks: int, steps: int) -> int:
        """Return price times quantity as an amount of quote; exact."""
        return ticks * steps * self.notional_unit

    def clears_minimum(self, ticks: int, steps: int) -> bool:
        """Return whether an order of so many steps at a price is as large, and worth as much, as the exchange asks."""
        return steps >= self.minimum_steps and self.notional(ticks, steps) >= self.minimum_amount

    def ticks(self, price: Decimal, rounding: Rounding | None = None) -> int:
        """Return `price` in whole ticks; without `rounding` raise `ValueError` where it lies between two."""
        whole = _whole(price, self.tick_size, rounding)
        if whole is None:
            raise ValueError(f"{price} is no multiple of the tick {self.tick_size}")
        return whole

    def steps(self, quantity: Decimal, rounding: Rounding | None = None) -> int:
        """Return `quantity` in whole steps; without `rounding` raise `ValueError` where it lies between two."""
        whole = _whole(quantity, self.step_size, rounding)
        if whole is None:
            raise ValueError(f"{quantity} is no multiple of {self.step_size}")
        return whole

    def price(self, ticks: int) -> Decimal:
        """Return whole ticks as a price, with the tick's decimals."""
        return self.tick_size * ticks

    def quantity(self, steps: int) -> Decimal:
        """Return whole steps as a quantity of base, with the step's decimals."""
        return self.step_size * steps


def _whole(value: Decimal, unit: Decimal, rounding: Rounding | None) -> int | None:
    """Return how many units a value is; None where it lies between two and isn't to be rounded."""
    if not value:
        return 0
    ratio = _LONG.divide(value, unit)
    if rounding is not None:
        return int(ratio.to_integral_value(rounding.value))
    whole = ratio.to_integral_value()
    return int(whole) if whole * unit == value else None
