"""The orders and the fills of a run, packed in columns, and as they are shown."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
import numpy as np

from streaming.events import Side
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import decimal_of
from trading.engine.backtests.results.columns import (
    amounts,
    count_of,
    integers,
    packed_amounts,
    packed_integers,
    slice_of,
)
from trading.engine.fees import Liquidity
from trading.engine.instrument import Instrument
from trading.engine.orders.order import Order
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType

_SELLS, _MAKES, _DEPENDS, _FEE_IN_BASE = 1, 2, 4, 8
_STATES, _TYPES = tuple(OrderState), tuple(OrderType)


class TradedInstrument(msgspec.Struct, frozen=True, kw_only=True):
    """What was traded: the names of its assets, and what one tick and one step are."""

    symbol: str
    base: str
    quote: str
    tick_size: Decimal
    step_size: Decimal

    @classmethod
    def of(cls, instrument: Instrument) -> "TradedInstrument":
        """Return what is to be known of an instrument where it is only told of."""
        return msgspec.convert(instrument, cls, from_attributes=True)


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """A fill as it is shown, in exact decimals; `realised` is net of fees. `time` (ms) is when its candle opened."""

    number: int
    order: int
    time: int
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    liquidity: Liquidity
    realised: Decimal
    depends_on_path: bool


class FillTable(msgspec.Struct, frozen=True, kw_only=True):
    """The fills of a run in packed columns: prices in ticks, quantities in steps, amounts of 10⁻²⁴."""

    instrument: TradedInstrument
    order: bytes = b""
    time: bytes = b""
    price: bytes = b""
    quantity: bytes = b""
    flags: bytes = b""
    fee: bytes = b""
    realised: bytes = b""

    def __len__(self) -> int:
        return count_of(self.order)

    def page(self, offset: int, limit: int) -> list[Execution]:
        """Return so many fills from `offset` on, oldest first."""
        rows = slice(offset, offset + limit)
        whole = [integers(slice_of(data, rows)).tolist() for data in (self.order, self.time, self.price, self.quantity)]
        exact = [amounts(slice_of(data, rows, of_amounts=True)) for data in (self.fee, self.realised)]
        columns = zip(*whole, self.flags[rows], *exact, strict=True)
        return [self._execution(number, row) for number, row in enumerate(columns, offset + 1)]

    def _execution(self, number: int, row: tuple[int, ...]) -> Execution:
        order, time, price, quantity, flags, fee, realised = row
        traded = self.instrument
        return Execution(
            number=number,
            order=order,
            time=time,
            side=Side.SELL if flags & _SELLS else Side.BUY,
            price=traded.tick_size * price,
            quantity=traded.step_size * quantity,
            fee=decimal_of(fee),
            fee_asset=traded.base if flags & _FEE_IN_BASE else traded.quote,
            liquidity=Liquidity.MAKER if flags & _MAKES else Liquidity.TAKER,
            realised=decimal_of(realised),
            depends_on_path=bool(flags & _DEPENDS),
        )


def fill_table(fills: Sequence[Fill], instrument: TradedInstrument) -> FillTable:
    """Return the fills of a run packed."""
    return FillTable(
        instrument=instrument,
        order=packed_integers([fill.order for fill in fills]),
        time=packed_integers([fill.time for fill in fills]),
        price=packed_integers([fill.price for fill in fills]),
        quantity=packed_integers([fill.quantity for fill in fills]),
        flags=bytes([_flags(fill, instrument.base) for fill in fills]),
        fee=packed_amounts(fill.fee for fill in fills),
        realised=packed_amounts(fill.realised for fill in fills),
    )


def _flags(fill: Fill, base: str) -> int:
    return (
        (fill.side is Side.SELL) * _SELLS
        + (fill.liquidity is Liquidity.MAKER) * _MAKES
        + fill.depends_on_path * _DEPENDS
        + (fill.fee_asset == base) * _FEE_IN_BASE
    )


class ShownOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it is shown: what was asked for, and how it ended. `quantity` or `quote_amount` was given."""

    number: int
    placed_at: int
    side: Side
    type: OrderType
    state: OrderState
    quantity: Decimal | None
    quote_amount: Decimal | None
    price: Decimal | None
    stop_price: Decimal | None
    filled: Decimal


class OrderTable(msgspec.Struct, frozen=True, kw_only=True):
    """The orders of a run in packed columns: prices in ticks, quantities in steps, amounts of 10⁻²⁴."""

    instrument: TradedInstrument
    number: bytes = b""
    placed_at: bytes = b""
    quantity: bytes = b""
    price: bytes = b""
    stop_price: bytes = b""
    filled: bytes = b""
    kinds: bytes = b""
    quote_amount: bytes = b""

    def __len__(self) -> int:
        return count_of(self.number)

    def page(self, offset: int, limit: int) -> list[ShownOrder]:
        """Return so many orders from `offset` on, oldest first."""
        rows = slice(offset, offset + limit)
        packed = (self.number, self.placed_at, self.quantity, self.price, self.stop_price, self.filled, self.kinds)
        whole = [integers(slice_of(data, rows)).tolist() for data in packed]
        columns = zip(*whole, amounts(slice_of(self.quote_amount, rows, of_amounts=True)), strict=True)
        return [self._order(row) for row in columns]

    def _order(self, row: tuple[int, ...]) -> ShownOrder:
        number, placed_at, quantity, price, stop, filled, kind, amount = row
        tick, step = self.instrument.tick_size, self.instrument.step_size
        rest, state = divmod(kind, len(_STATES))
        sells, type_ = divmod(rest, len(_TYPES))
        return ShownOrder(
            number=number,
            placed_at=placed_at,
            side=Side.SELL if sells else Side.BUY,
            type=_TYPES[type_],
            state=_STATES[state],
            quantity=step * quantity if quantity else None,
            quote_amount=decimal_of(amount) if amount else None,
            price=tick * price if price else None,
            stop_price=tick * stop if stop else None,
            filled=step * filled,
        )


def order_table(orders: Sequence[Order], instrument: TradedInstrument) -> OrderTable:
    """Return the orders of a run packed."""
    requests = [order.request for order in orders]
    return OrderTable(
        instrument=instrument,
        number=packed_integers([order.number for order in orders]),
        placed_at=packed_integers([order.placed_at for order in orders]),
        quantity=packed_integers([request.quantity for request in requests]),
        price=packed_integers([request.price for request in requests]),
        stop_price=packed_integers([request.stop_price for request in requests]),
        filled=packed_integers([order.filled for order in orders]),
        kinds=packed_integers(np.array([_kind(order) for order in orders], dtype=np.int64)),
        quote_amount=packed_amounts(request.quote_amount for request in requests),
    )


_STATE_NUMBERS = {state: number for number, state in enumerate(_STATES)}
_TYPE_NUMBERS = {type_: number for number, type_ in enumerate(_TYPES)}


def _kind(order: Order) -> int:
    sells = order.request.side is Side.SELL
    return (sells * len(_TYPES) + _TYPE_NUMBERS[order.request.type]) * len(_STATES) + _STATE_NUMBERS[order.state]
