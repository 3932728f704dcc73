"""nautilus_trader: a strategy as its documentation writes one, on its engine for backtests."""

from decimal import Decimal

import pandas as pd
from measuring import CASH, FAST, SHARE, SLOW, candles, measure
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy


class CrossConfig(StrategyConfig, frozen=True):
    """What the strategy trades."""

    instrument_id: InstrumentId
    bar_type: BarType


class Cross(Strategy):
    """Buys where the fast average crosses above the slow one, and closes where it crosses below."""

    def __init__(self, config: CrossConfig) -> None:
        """Make the averages."""
        super().__init__(config)
        self.fast = SimpleMovingAverage(FAST)
        self.slow = SimpleMovingAverage(SLOW)
        self.above: bool | None = None

    def on_start(self) -> None:
        """Subscribe to the bars, for the averages and itself."""
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.register_indicator_for_bars(self.config.bar_type, self.fast)
        self.register_indicator_for_bars(self.config.bar_type, self.slow)
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar: Bar) -> None:
        """Follow a cross."""
        if not self.indicators_initialized():
            return
        above, before = self.fast.value > self.slow.value, self.above
        self.above = above
        if before is None or above == before:
            return
        if above:
            quantity = self.instrument.make_qty(CASH * SHARE / float(bar.close))
            self.submit_order(self.order_factory.market(self.config.instrument_id, OrderSide.BUY, quantity))
        else:
            self.close_all_positions(self.config.instrument_id)


def _bars(data: pd.DataFrame, instrument: Instrument, bar_type: BarType) -> list[Bar]:
    frame = data.rename(columns=str.lower).tz_localize("UTC").round({"open": 2, "high": 2, "low": 2, "close": 2})
    return list(BarDataWrangler(bar_type, instrument).process(frame))


def main() -> None:
    """Run over the candles of a file."""
    data = candles()
    instrument = TestInstrumentProvider.btcusdt_binance()
    bar_type = BarType.from_str(f"{instrument.id}-1-MINUTE-LAST-EXTERNAL")
    bars = _bars(data, instrument, bar_type)

    def run() -> int:
        engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
        engine.add_venue(
            venue=Venue("BINANCE"),
            oms_type=OmsType.NETTING,
            account_type=AccountType.CASH,
            base_currency=None,
            starting_balances=[Money(Decimal(CASH), USDT)],
        )
        engine.add_instrument(instrument)
        engine.add_data(bars)
        engine.add_strategy(Cross(CrossConfig(instrument_id=instrument.id, bar_type=bar_type)))
        engine.run()
        return int(engine.get_result().total_orders)

    measure(len(data), run)


if __name__ == "__main__":
    main()
