"""What a strategy is: a class with typed parameters that is told what happens, and orders by its context's broker.

The same class runs in a backtest and live. It takes time, data and indicators from its context, and from nowhere else.
"""

from typing import ClassVar, Generic, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from streaming.events import Trade
from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.orders import OrderFill

P = TypeVar("P", bound=msgspec.Struct)


class Strategy(Generic[P]):
    """A strategy; what it doesn't care about it needn't define.

    `name` is what it is asked for by, `title` and `description` what people read; `Parameters` is a frozen Struct of
    its parameters. What happens comes one at a time: the fills of a candle before the candle itself. An order is
    matched from the next candle on (live: from now on).
    """

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    Parameters: ClassVar[type[msgspec.Struct]]

    def __init__(self, parameters: P, context: Context) -> None:
        """Keep both; indicators are asked for here, so that they are known before the first candle."""
        self.parameters = parameters
        self.context = context

    def interesting(self, data: CandleColumns) -> NDArray[np.bool_] | None:
        """Return for each candle whether `on_candle` could do anything there; None where it can't be told in advance.

        A backtest then calls `on_candle` only there, and at the first candle, which gives the same result sooner; live
        it isn't asked.
        `data` holds all candles, the future ones, too: use each only with those before it.
        """
        return None

    def on_start(self) -> None:
        """Begin: at the open of the first candle, of which nothing else is known yet."""

    def on_candle(self, candle: StrategyCandle) -> None:
        """Take a candle that has closed."""

    def on_trade(self, trade: Trade) -> None:
        """Take a trade of the market; live only, as candles don't hold them."""

    def on_fill(self, fill: OrderFill) -> None:
        """Take an execution of one of its own orders."""

    def on_stop(self) -> None:
        """End; what is open then stays open."""
