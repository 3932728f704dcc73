"""What an exchange answers over HTTP, as typed values: candles, trades, the symbols that it lists. Pure.

Times are in milliseconds; prices and quantities keep their digits.
"""

from decimal import Decimal

import msgspec

from streaming.events import Candle, Interval, Level, Side, Source, Trade

TRADING = "TRADING"
"""The status of a symbol that trades: Binance's word, and ours for every exchange's."""


class KlineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One candle, as an exchange's REST interface or its archive has it."""

    open_time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    close_time: int
    quote_volume: Decimal
    trades: int

    def candle(
        self,
        *,
        symbol: str,
        interval: Interval,
        source: Source,
        time: int,
        is_final: bool,
        repaired: bool = False,
    ) -> Candle:
        """Return the candle as it is told."""
        return Candle(
            symbol=symbol,
            time=time,
            source=source,
            repaired=repaired,
            interval=interval,
            open_time=self.open_time,
            close_time=self.close_time,
            open=self.open,
            high=self.high,
            low=self.low,
            close=self.close,
            volume=self.volume,
            quote_volume=self.quote_volume,
            trades=self.trades,
            is_final=is_final,
        )


class SymbolInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol that the exchange lists; a size that isn't given, or can't be read, is None.

    An order's quantity is between `minimum_quantity` and `maximum_quantity`. The multipliers say how far a price may be
    from the market's; `maximum_orders` may be open at a time.
    """

    name: str
    status: str
    base: str
    quote: str
    tick_size: Decimal | None = None
    step_size: Decimal | None = None
    minimum_quantity: Decimal | None = None
    maximum_quantity: Decimal | None = None
    minimum_notional: Decimal | None = None
    bid_multiplier_down: Decimal | None = None
    bid_multiplier_up: Decimal | None = None
    ask_multiplier_down: Decimal | None = None
    ask_multiplier_up: Decimal | None = None
    maximum_orders: int | None = None


class ExchangeInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The symbols that the exchange lists, and how many more could not be read."""

    symbols: tuple[SymbolInfo, ...]
    unreadable: int


class BookSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """An order book's best levels as of an update, whose id the changes of its feed follow."""

    update_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class RestTrade(msgspec.Struct, frozen=True, kw_only=True):
    """One trade."""

    trade_id: int
    price: Decimal
    quantity: Decimal
    time: int
    taker_side: Side

    @classmethod
    def of(cls, trade: Trade) -> "RestTrade":
        """Return a trade as it is told, as an answer."""
        return cls(
            trade_id=trade.trade_id,
            price=trade.price,
            quantity=trade.quantity,
            time=trade.time,
            taker_side=trade.side,
        )

    @property
    def trade(self) -> Trade:
        """The trade as it is told."""
        return Trade(
            trade_id=self.trade_id, price=self.price, quantity=self.quantity, side=self.taker_side, time=self.time
        )


class CandleSeed(msgspec.Struct, frozen=True, kw_only=True):
    """What was traded in a running candle before it was listened to, asked at `as_of` (ms, the exchange's clock).

    `rows` are closed candles of shorter intervals, oldest first, from the candle's beginning to `until`; `trades` all
    trades from `until` on, by their ids, after some that are older.
    """

    as_of: int
    until: int
    rows: tuple[KlineRow, ...]
    trades: tuple[RestTrade, ...]
