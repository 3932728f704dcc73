"""The last values, as long as simulated ones may follow: real prices to start from, and states to go back to. Pure."""

from collections.abc import Collection, Iterator
from decimal import Decimal

import msgspec

from streaming.events import Candle, MarketUpdate, Price, Ticker, Trades
from streaming.topics.topic import Topic


class RealValues:
    """The last price of each symbol, and the last state of each topic, as the exchange told them."""

    def __init__(self) -> None:
        self._prices: dict[str, Decimal] = {}
        self._states: dict[Topic, MarketUpdate] = {}
        self._simulated: dict[Topic, MarketUpdate] = {}
        """Of topics of which nothing real is known."""

    def note(self, topic: Topic, event: MarketUpdate) -> None:
        """Note what the exchange said; what was fetched later says nothing of now."""
        if event.repaired:
            return
        if event.is_held:
            self._states[topic] = event
        match event:
            case Price() | Ticker():
                self._prices[event.symbol] = event.price
            case Candle():
                self._prices[event.symbol] = event.close
            case Trades(trades=(*_, last)):
                self._prices[event.symbol] = last.price

    def note_simulated(self, topic: Topic, event: MarketUpdate) -> None:
        """Note what stood in for the exchange said."""
        if event.is_held and topic not in self._states:
            self._simulated[topic] = event

    def price_of(self, symbol: str) -> Decimal | None:
        """Return a symbol's last price; None where the exchange has told none."""
        return self._prices.get(symbol)

    def keep(self, topics: Collection[Topic]) -> None:
        """Forget the states of other topics, and the prices of symbols that none of these is of."""
        symbols = {topic.symbol for topic in topics}
        self._states = {topic: state for topic, state in self._states.items() if topic in topics}
        self._simulated = {topic: state for topic, state in self._simulated.items() if topic in topics}
        self._prices = {symbol: price for symbol, price in self._prices.items() if symbol in symbols}

    def stale_states(self) -> Iterator[tuple[Topic, MarketUpdate]]:
        """Yield the last states, marked stale: they are true again until the exchange says something newer.

        Of a topic of which the exchange has told none it is the simulated one: that it is stale is all that is known.
        """
        simulated, self._simulated = self._simulated, {}
        for topic, state in (simulated | self._states).items():
            if not isinstance(state, Candle):  # the next one comes at once, and an old one may have closed
                yield topic, msgspec.structs.replace(state, stale=True)
