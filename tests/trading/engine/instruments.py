"""What tests of the engine trade, and the accounts that they trade it on."""

from decimal import Decimal

from trading.engine.accounts.account import Account
from trading.engine.accounts.settlement import PriceOfAsset, Settlement
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.matching.events import OrderEvent
from trading.engine.matching.exchange import PaperExchange

BTC = Instrument(symbol="BTCUSDT", base="BTC", quote="USDT", tick_size=Decimal("0.01"), step_size=Decimal("0.00001"))
NO_FEES = FeeSchedule(maker=Decimal(0), taker=Decimal(0))


def price_amount(ticks: int, instrument: Instrument = BTC) -> int:
    """Return a price as the amount of quote for one whole unit of base."""
    return ticks * instrument.price_unit


class ExchangeRig:
    """An exchange with an account on it, and all that it told."""

    def __init__(
        self,
        *,
        quote: str = "10000",
        base: str = "0",
        fees: FeeSchedule = NO_FEES,
        instrument: Instrument = BTC,
        others: dict[str, tuple[str, str]] | None = None,
        price_of: PriceOfAsset | None = None,
        base_price: int = 100_00,
        touching: bool = False,
    ) -> None:
        """Open with balances in whole units; `others` are third assets with their balance and price."""
        third = {asset: amount_of(Decimal(held)) for asset, (held, _) in (others or {}).items()}
        prices = {asset: amount_of(Decimal(price)) for asset, (_, price) in (others or {}).items()}
        self.events: list[OrderEvent] = []
        self.account = Account(
            instrument.quote,
            {instrument.quote: amount_of(Decimal(quote)), instrument.base: amount_of(Decimal(base)), **third},
            {instrument.base: price_amount(base_price, instrument), **prices},
        )
        self.settlement = Settlement(instrument, self.account, fees, price_of=price_of)
        self.exchange = PaperExchange(instrument, self.settlement, tell=self.events.append, touching=touching)
