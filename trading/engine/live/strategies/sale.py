"""Selling what a strategy holds as it stops, where that is asked for: each amount is tried once."""

from collections.abc import Callable

import msgspec

from trading.engine.instrument import Instrument
from trading.engine.live.strategies.execution import PaperExecutionClient
from trading.engine.live.strategies.state import StrategyOrderRefusal


class SaleAnswer(msgspec.Struct, frozen=True):
    """What became of a sale: it `is_over` where nothing is left that can be sold, `reason` says why not.

    `is_named` where an order has had a name for it.
    """

    is_over: bool
    is_named: bool = False
    reason: str = ""


NOTHING_TO_SELL = SaleAnswer(is_over=True)


class PositionSale:
    """Sells at the market. `name` begins the order's name; `tell` is told why nothing can be sold now."""

    def __init__(
        self,
        execution: PaperExecutionClient,
        instrument: Instrument,
        name: str,
        *,
        tell: Callable[[StrategyOrderRefusal], None],
    ) -> None:
        self._execution = execution
        self._instrument = instrument
        self._name = name
        self._tell = tell
        self._tried: int | None = None
        self._refused_code = ""

    def sell(self, named: int) -> SaleAnswer:
        """Sell what is held, after orders that have had so many names."""
        held = self._execution.held.base_free // self._instrument.quantity_unit
        if not held or held == self._tried:
            return NOTHING_TO_SELL
        order = self._execution.close_position(f"{self._name}-{named + 1}")
        if isinstance(order, StrategyOrderRefusal):
            self._tell_refused(order)
            return SaleAnswer(is_over=False)
        self._tried = held
        if order is None or order.refusal is None:
            return SaleAnswer(is_over=order is None, is_named=True)
        return SaleAnswer(
            is_over=True, is_named=True, reason=f"what is held could not be sold: {order.refusal.message}"
        )

    def _tell_refused(self, refusal: StrategyOrderRefusal) -> None:
        """Tell why what is held can't be sold now; once, until it is for another reason."""
        if refusal.code != self._refused_code:
            self._tell(refusal)
        self._refused_code = refusal.code
