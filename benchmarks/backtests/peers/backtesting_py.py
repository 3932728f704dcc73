"""backtesting.py: a strategy as its documentation writes one."""

import warnings

import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from measuring import CASH, FAST, FEE, SHARE, SLIPPAGE, SLOW, candles, measure


def _average(values: pd.Series, count: int) -> pd.Series:
    return pd.Series(values).rolling(count).mean()


class Cross(Strategy):
    """Buys where the fast average crosses above the slow one, and closes where it crosses below."""

    def init(self) -> None:
        """Compute the averages."""
        self.fast = self.I(_average, self.data.Close, FAST)
        self.slow = self.I(_average, self.data.Close, SLOW)

    def next(self) -> None:
        """Follow a cross."""
        if crossover(self.fast, self.slow):
            if not self.position:
                self.buy(size=SHARE)
        elif crossover(self.slow, self.fast):
            self.position.close()


def main() -> None:
    """Run over the candles of a file."""
    warnings.simplefilter("ignore")
    data = candles()

    def run() -> int:
        found = Backtest(data, Cross, cash=CASH, commission=FEE, spread=SLIPPAGE, finalize_trades=True).run()
        return 2 * int(found["# Trades"])

    measure(len(data), run)


if __name__ == "__main__":
    main()
