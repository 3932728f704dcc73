"""The price of an order that takes what the market offers: worse than the market's by a rate, in whole ticks."""

from decimal import Decimal

from streaming.events import Side

_DIGITS = 6
_PARTS: int = 10**_DIGITS


class Slippage:
    """Slippage at a rate such as 0.0005 for 0.05 %, of at most six decimals; rounded to the worse tick."""

    def __init__(self, rate: Decimal) -> None:
        parts = rate.scaleb(_DIGITS)
        if not 0 <= rate < 1 or parts != parts.to_integral_value():
            raise ValueError(f"slippage must be from 0 to below 1, with at most {_DIGITS} decimals")
        self._parts = int(parts)

    def price(self, side: Side, ticks: int) -> int:
        """Return what a taker pays or gets where the market stands at `ticks`; never below one tick."""
        if side is Side.BUY:
            return -(-ticks * (_PARTS + self._parts) // _PARTS)
        return max(1, ticks * (_PARTS - self._parts) // _PARTS)
