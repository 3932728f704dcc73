"""The streams of trades: each by itself, and those of one taker together."""

from functools import partial

from streaming.simulator.market.market import Step, SymbolMarket
from streaming.simulator.streams import wire
from streaming.simulator.streams.stream import Event


class Trades:
    """`@trade`: every trade."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._instrument = symbol.instrument

    def events(self, step: Step) -> list[Event]:
        """Return one event a trade."""
        trades = step.symbols[self._instrument.symbol].trades
        return [partial(wire.trade_frame, self._instrument, trade, step.time) for trade in trades]


class AggregateTrades:
    """`@aggTrade`: the trades of one taker at one price, as one."""

    def __init__(self, symbol: SymbolMarket) -> None:
        self._instrument = symbol.instrument

    def events(self, step: Step) -> list[Event]:
        """Return one event an aggregate trade."""
        trades = step.symbols[self._instrument.symbol].aggregates
        return [partial(wire.aggregate_trade_frame, self._instrument, trade, step.time) for trade in trades]
