"""What the exchange has beyond its usual market: block trades, reference prices, execution rules; here none of it."""

from collections.abc import Awaitable, Callable

from streaming.simulator.rest.listing import Listing
from streaming.simulator.rest.parameters import Parameters, RestError

_BLOCK_TRADES_WEIGHT, _REFERENCE_WEIGHT = 25, 2
_RULES_WEIGHT, _MOST_RULES_WEIGHT = 2, 40


class SpecialTradingEndpoints:
    """Answers as the exchange does of symbols that have none of it. `weigh` counts the weight of a request."""

    def __init__(self, listing: Listing, weigh: Callable[[int], None]) -> None:
        self._listing = listing
        self._weigh = weigh
        self.by_path: dict[str, Callable[[Parameters, int], Awaitable[object]]] = {
            "historicalBlockTrades": self._block_trades,
            "referencePrice": self._reference_price,
            "referencePrice/calculation": self._reference_price,
            "executionRules": self._execution_rules,
        }

    async def _block_trades(self, parameters: Parameters, _scale: int) -> object:
        self._weigh(_BLOCK_TRADES_WEIGHT)
        self._listing.traded(parameters.required_symbol())
        parameters.required_number("fromId")
        parameters.limit(500, 1000)
        parameters.finish()
        return []

    async def _reference_price(self, parameters: Parameters, _scale: int) -> object:
        self._weigh(_REFERENCE_WEIGHT)
        self._listing.traded(parameters.required_symbol(), parameters.symbol_status())
        parameters.finish()
        raise RestError(-2043, "This symbol doesn't have a reference price.")

    async def _execution_rules(self, parameters: Parameters, _scale: int) -> object:
        one, several = parameters.symbol(), parameters.symbols()
        parameters.listed_status()
        parameters.finish()
        names = [one] if one else several
        self._weigh(min(_RULES_WEIGHT * len(names), _MOST_RULES_WEIGHT) if names else _MOST_RULES_WEIGHT)
        if names:
            self._listing.named(names)
        return {"symbolRules": []}
