"""How a strategy stands at a price."""

from streaming.events import Side
from trading.engine.instrument import Instrument
from trading.engine.live.state import InstanceFigures
from trading.engine.live.sub_account import PaperSubAccount


def strategy_figures(sub_account: PaperSubAccount, instrument: Instrument, price: int) -> InstanceFigures:
    """Return how the strategy stands whose sub-account it is, at a price in ticks."""
    account = sub_account.account
    prices = {instrument.base: price * instrument.price_unit}
    sides = [order.request.side for _, order in sub_account.open_orders]
    return InstanceFigures(
        price=price,
        position=account.total(instrument.base),
        buy_orders=sides.count(Side.BUY),
        sell_orders=sides.count(Side.SELL),
        realised=account.realised,
        unrealised=account.unrealised(prices),
        equity=account.equity(prices),
        fees=account.fees,
    )
