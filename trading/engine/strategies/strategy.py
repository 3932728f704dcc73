"""What a strategy is: a class with typed parameters that is told what happens, and orders by its context's broker.

The same class runs in a backtest and live. It takes time, data and indicators from its context, and from nowhere else.
"""

from typing import ClassVar, Generic, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from trading.engine.strategies.candles import CandleColumns, StrategyCandle
from trading.engine.strategies.context import Context
from trading.engine.strategies.orders import OrderFill

P = TypeVar("P", bound=msgspec.Struct)


class Strategy(Generic[P]):
    """A strategy; what it doesn't care about it needn't define.

    `name` is what it is asked for by, `title` and `description` what people read; `Parameters` is a frozen Struct of
    its parameters. What happens comes one at a time: the fills of a candle before the candle itself. An order is
    matched from the next candle on (live: from now on). Nothing is told that isn't stored, such as single trades:
    after a kill a strategy is told all of it again.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    version: ClassVar[str] = "1"
    """Told and stored with each live signal: give another one to what decides otherwise than before."""
    Parameters: ClassVar[type[msgspec.Struct]]
    keeps_nothing: ClassVar[bool] = False
    """Whether it goes by its context alone, and remembers nothing between two calls: then it is soon back after a kill,
    however long it has run. Said in the class itself; one made from it says so anew."""
    model_parameter: ClassVar[str] = ""
    """The parameter that says which model of its symbol and interval it asks (`context.prediction`); empty: none."""

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

    def on_fill(self, fill: OrderFill) -> None:
        """Take an execution of one of its own orders."""

    def on_stop(self) -> None:
        """End; what is open then stays open. In backtests alone: live, who stops a strategy says what becomes of it."""
