"""What clients say of public signals: which they want to be told of."""

from typing import Annotated

from msgspec import Meta

from streaming.commands.parameters import Parameters
from streaming.market.selectors import symbol_of_pair
from trading.parameters import Pair

_LONGEST_NAME = 64
MOST_OF_EACH_SYMBOL = 200

Name = Annotated[str, Meta(min_length=1, max_length=_LONGEST_NAME)]


class SignalQuery(Parameters, frozen=True, kw_only=True):
    """Of which public signals to tell what became of them: all, or those on a symbol, or of a `model` (a strategy)."""

    symbol: Pair | None = None
    model: Name | None = None

    @property
    def symbol_name(self) -> str | None:
        """The symbol as the exchange writes it, where one is named."""
        return None if self.symbol is None else symbol_of_pair(self.symbol)


class NewestSignalsQuery(SignalQuery, frozen=True, kw_only=True):
    """Which public signals to list: at most `limit` of each symbol, the newest."""

    limit: Annotated[int, Meta(ge=1, le=MOST_OF_EACH_SYMBOL)] = 20
