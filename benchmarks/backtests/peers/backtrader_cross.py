"""backtrader: a strategy as its documentation writes one, with the analyzers that make up a result."""

import backtrader
from measuring import CASH, FAST, FEE, SHARE, SLIPPAGE, SLOW, candles, measure


class Cross(backtrader.Strategy):
    """Buys where the fast average crosses above the slow one, and closes where it crosses below."""

    def __init__(self) -> None:
        """Let the averages be computed."""
        fast = backtrader.indicators.SMA(period=FAST)
        slow = backtrader.indicators.SMA(period=SLOW)
        self.cross = backtrader.indicators.CrossOver(fast, slow)
        self.executions = 0

    def next(self) -> None:
        """Follow a cross."""
        if self.cross > 0 and not self.position:
            self.buy(size=self.broker.getvalue() * SHARE / self.data.close[0])
        elif self.cross < 0 and self.position:
            self.close()

    def notify_order(self, order: backtrader.Order) -> None:
        """Count what was executed."""
        self.executions += order.status == order.Completed


def main() -> None:
    """Run over the candles of a file."""
    data = candles()

    def run() -> int:
        cerebro = backtrader.Cerebro()
        cerebro.adddata(backtrader.feeds.PandasData(dataname=data))
        cerebro.addstrategy(Cross)
        cerebro.broker.setcash(CASH)
        cerebro.broker.setcommission(commission=FEE)
        cerebro.broker.set_slippage_perc(SLIPPAGE)
        for analyzer in ("TimeReturn", "DrawDown", "TradeAnalyzer", "SharpeRatio"):
            cerebro.addanalyzer(getattr(backtrader.analyzers, analyzer))
        return int(cerebro.run()[0].executions)

    measure(len(data), run)


if __name__ == "__main__":
    main()
