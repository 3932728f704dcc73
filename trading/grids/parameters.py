"""What clients say of grids: to preview, start, change, stop and find them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Meta

from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.market.selectors import symbol_of_pair
from trading.engine.grid.lines import Spacing
from trading.engine.grid.state import GridState
from trading.engine.rates import rate_parts
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.parameters import Id, Pair, positive

LEAST_GRIDS, MOST_GRIDS = 2, 500
DEFAULT_INVESTMENT = Decimal(1000)
DEFAULT_FEE_RATE = Decimal("0.001")
_COPIED = (
    *("lower_price", "upper_price", "grid_count", "spacing"),
    *("investment", "order_size", "trigger_price", "stop_loss", "take_profit"),
)
"""What the engine takes as it is."""

Positive = Annotated[Decimal, positive(10**9)]


class NewGrid(Parameters, frozen=True, kw_only=True):
    """A grid of orders between two prices, which `grid_count` gaps make into that many and one lines.

    `investment` is of the pair's quote asset, 1000 where neither it nor `order_size`, of base, is given. It begins once
    `trigger_price` is touched, and ends, and sells, at `stop_loss` or `take_profit`.
    """

    pair: Pair
    upper_price: Positive
    lower_price: Positive
    grid_count: Annotated[int, Meta(ge=LEAST_GRIDS, le=MOST_GRIDS)]
    spacing: Spacing = Spacing.ARITHMETIC
    investment: Positive | None = None
    order_size: Positive | None = None
    fee_rate: Decimal = DEFAULT_FEE_RATE
    trigger_price: Positive | None = None
    stop_loss: Positive | None = None
    take_profit: Positive | None = None
    mode: Literal["paper"] = "paper"
    account: Id | None = None

    @property
    def symbol_name(self) -> str:
        """The symbol as the exchange writes it."""
        return symbol_of_pair(self.pair)

    @property
    def engine_parameters(self) -> GridParameters:
        """The grid as the engine takes it."""
        given = {name: getattr(self, name) for name in _COPIED}
        if self.investment is None and self.order_size is None:
            given["investment"] = DEFAULT_INVESTMENT
        return GridParameters(**given)

    def wrong_together(self) -> Mapping[str, str]:
        """Return what the prices say against each other, and which sizes and rates can't be."""
        faults = dict(self.engine_parameters.wrong_together())
        try:
            rate_parts("fee_rate", self.fee_rate)
        except ValueError as error:
            faults["fee_rate"] = str(error)
        return faults


class GridId(Parameters, frozen=True, kw_only=True):
    """Which grid."""

    id: Id


class GridStop(GridId, frozen=True, kw_only=True):
    """Which grid to stop, and what becomes of its orders and of what it holds.

    Orders that aren't cancelled rest until they have ended, and the grid stops then; a position that isn't closed goes
    to the account's balances.
    """

    cancel_orders: bool = True
    close_position: bool = False


class GridUpdate(GridId, frozen=True, kw_only=True):
    """Which grid gets which of a grid's parameters; null takes one away."""

    params: dict[str, Any]

    def wrong_together(self) -> Mapping[str, str]:
        """Return that nothing is named."""
        return {} if self.params else {"params": "params must name at least one parameter"}


class GridQuery(Paged, frozen=True, kw_only=True):
    """Which grids to list: `live` ones only, or those that have stopped."""

    pair: Pair | None = None
    state: GridState | None = None
    live: bool | None = None
    account: Id | None = None

    @property
    def symbol_name(self) -> str | None:
        """The symbol as the exchange writes it, where one is named."""
        return None if self.pair is None else symbol_of_pair(self.pair)
