"""What a grid takes: its lines, how much is invested, and when it begins and ends."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from trading.engine.amounts import amount_fault
from trading.engine.grid.lines import GridLinesError, Spacing, grid_lines
from trading.engine.instrument import Instrument
from trading.engine.strategies.parameters import StrategyParameters, number

_HIGHEST = "1000000000"


def _positive(title: str, description: str) -> Meta:
    return number(least="0", most=_HIGHEST, title=title, description=description)


class GridParameters(StrategyParameters, frozen=True, kw_only=True):
    """Lines, how much is invested, and when to begin and to end."""

    lower_price: Annotated[Decimal, _positive("Lower price", "The lowest line, at which only is bought")]
    upper_price: Annotated[Decimal, _positive("Upper price", "The highest line, at which only is sold")]
    grid_count: Annotated[
        int, Meta(ge=1, le=500, title="Grids", description="Gaps between the lines: n make n + 1 lines")
    ]
    spacing: Annotated[Spacing, Meta(title="Spacing", description="Lines at equal distances or at equal ratios")] = (
        Spacing.ARITHMETIC
    )
    investment: Annotated[
        Decimal | None,
        _positive("Investment", "Of quote, split into orders of equal quantity; all that is free where not given"),
    ] = None
    order_size: Annotated[
        Decimal | None, _positive("Order size", "Of base, for each order, instead of an investment")
    ] = None
    trigger_price: Annotated[
        Decimal | None, _positive("Trigger price", "Begin once it is touched; at once where not given")
    ] = None
    stop_loss: Annotated[Decimal | None, _positive("Stop loss", "End and sell once the price is at or below it")] = None
    take_profit: Annotated[
        Decimal | None, _positive("Take profit", "End and sell once the price is at or above it")
    ] = None

    def wrong_together(self) -> Mapping[str, str]:
        """Refuse bounds in the wrong order, two sizes, ends in the grid or at its trigger, and what is no amount."""
        wrong = {}
        if self.investment is not None and (fault := amount_fault("investment", self.investment)):
            wrong["investment"] = fault
        if self.lower_price <= 0:
            wrong["lower_price"] = "lower_price must be greater than 0"
        if self.upper_price <= self.lower_price:
            wrong["upper_price"] = "upper_price must be greater than lower_price"
        if self.investment is not None and self.order_size is not None:
            wrong["order_size"] = "order_size must not be given together with investment"
        if self.stop_loss is not None and self.stop_loss >= self.lower_price:
            wrong["stop_loss"] = "stop_loss must be smaller than lower_price"
        if self.take_profit is not None and self.take_profit <= self.upper_price:
            wrong["take_profit"] = "take_profit must be greater than upper_price"
        return {**wrong, **self._wrong_trigger()}

    def wrong_on(self, instrument: Instrument) -> Mapping[str, str]:
        """Refuse lines that are less than a tick apart."""
        try:
            self.lines(instrument)
        except GridLinesError as error:
            return {error.field: str(error)}
        return {}

    def _wrong_trigger(self) -> Mapping[str, str]:
        """Refuse a trigger at an end, or beyond it: what was bought there would be sold at once."""
        trigger, loss, profit = self.trigger_price, self.stop_loss, self.take_profit
        if trigger is not None and loss is not None and trigger <= loss:
            return {"trigger_price": "trigger_price must be greater than stop_loss"}
        if trigger is not None and profit is not None and trigger >= profit:
            return {"trigger_price": "trigger_price must be smaller than take_profit"}
        return {}

    def lines(self, instrument: Instrument) -> tuple[int, ...]:
        """Return the prices of the lines in ticks, the lowest first."""
        return grid_lines(
            instrument,
            lower_price=self.lower_price,
            upper_price=self.upper_price,
            grid_count=self.grid_count,
            spacing=self.spacing,
        )
