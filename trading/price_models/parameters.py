"""What clients say of models: which versions to list, and which card to show."""

from msgspec import field

from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Paged
from streaming.events import Interval, Source
from streaming.market.selectors import symbol_of_pair
from trading.learning.kinds import ModelKind
from trading.parameters import Id, Pair
from trading.price_models.states import ModelState


class ModelQuery(Paged, frozen=True, kw_only=True):
    """Which versions to list; a pair may be written `BTC-USDT` and `BTC/USDT`, too.

    `inUse`: those that are asked now, be they silenced, or all others.
    """

    symbol: Pair | None = None
    interval: Interval | None = None
    algorithm: ModelKind | None = None
    state: ModelState | None = None
    source: Source | None = None
    in_use: bool | None = field(default=None, name="inUse")

    @property
    def symbol_name(self) -> str | None:
        """The symbol as the exchange writes it, where one is named."""
        return None if self.symbol is None else symbol_of_pair(self.symbol)


class ModelId(Parameters, frozen=True, kw_only=True):
    """Which version."""

    id: Id
