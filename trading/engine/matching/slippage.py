"""The price of an order that takes what the market offers: worse than the market's by a rate, in whole ticks."""

from decimal import Decimal

from streaming.events import Side
from trading.engine.rates import ONE_RATE, rate_parts


class Slippage:
    """Slippage at a rate such as 0.0005 for 0.05 %, of at most six decimals; rounded to the worse tick."""

    def __init__(self, rate: Decimal) -> None:
        self._parts = rate_parts("slippage", rate)

    def price(self, side: Side, ticks: int) -> int:
        """Return what a taker pays or gets where the market stands at `ticks`; never below one tick."""
        if side is Side.BUY:
            return -(-ticks * (ONE_RATE + self._parts) // ONE_RATE)
        return max(1, ticks * (ONE_RATE - self._parts) // ONE_RATE)
