"""A long strategy for tests."""

from trading.engine.strategies.candles import StrategyCandle
from trading.engine.strategies.long_positions import LongPositionParameters, LongStrategy


class EntersAtEachCandle(LongStrategy[LongPositionParameters]):
    """Wants to have bought, whatever happens."""

    name, title, description, Parameters = "enters", "Enters", "Enters at each candle", LongPositionParameters
    keeps_nothing = True

    def on_candle(self, candle: StrategyCandle) -> None:
        """Enter."""
        self.enter("always")
