"""Trades: what one order bought and another sold, by the lots that were closed, first in first out.

Exact: the profits of all trades are what the account realised. What is still held at the end is no trade; the equity
holds it at the last close.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

import msgspec
import numpy as np
from numpy.typing import NDArray

from trading.engine.accounts.lots import ClosedLot
from trading.engine.accounts.settlement import Fill
from trading.engine.amounts import ONE, decimal_of
from trading.engine.backtests.results.columns import (
    amounts,
    count_of,
    integers,
    packed_amounts,
    packed_integers,
    slice_of,
)
from trading.engine.instrument import Instrument

_PRICE = Context(prec=16)
_PERCENT = Context(prec=12)


@dataclass(slots=True)
class RoundTrip:
    """A trade in amounts of 10⁻²⁴: `quantity` of base, all else of quote. Times in ms; orders by their numbers.

    `entry` and `exit` are prices times quantities; `cost` is the entry with its fees, `proceeds` the exit without its.
    """

    entry_order: int
    exit_order: int
    opened: int
    closed: int
    quantity: int = 0
    entry: int = 0
    exit: int = 0
    cost: int = 0
    proceeds: int = 0

    @property
    def profit(self) -> int:
        """What it brought, net of the fees of both sides."""
        return self.proceeds - self.cost


def round_trips(fills: Sequence[Fill], instrument: Instrument) -> list[RoundTrip]:
    """Return the trades of a run, in the order in which they were first closed."""
    bought = {fill.number: fill for fill in fills if not fill.closed}
    trips: dict[tuple[int, int], RoundTrip] = {}
    for fill in fills:
        if not fill.closed:
            continue
        left, net = sum(lot.amount for lot in fill.closed), fill.realised + sum(lot.cost for lot in fill.closed)
        for lot in fill.closed:
            entry = bought[lot.opened_by]
            key = (entry.order, fill.order)
            trip = trips.get(key) or trips.setdefault(key, RoundTrip(*key, opened=entry.time, closed=fill.time))
            share = net * lot.amount // left
            _add(trip, lot, share, entry=entry, exit_=fill, instrument=instrument)
            left, net = left - lot.amount, net - share
    return list(trips.values())


def _add(trip: RoundTrip, lot: ClosedLot, proceeds: int, *, entry: Fill, exit_: Fill, instrument: Instrument) -> None:
    trip.closed = exit_.time
    trip.quantity += lot.amount
    trip.entry += lot.amount * entry.price * instrument.price_unit // ONE
    trip.exit += lot.amount * exit_.price * instrument.price_unit // ONE
    trip.cost += lot.cost
    trip.proceeds += proceeds


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A trade as it is shown: exact decimals; prices are means where an order was filled at several.

    `profit` in quote, net; `profit_percent` of what it cost; `candles` from the one that opened it to that which closed
    it. Times are those at which the candles of the first and last execution opened, in ms.
    """

    number: int
    opened: int
    closed: int
    side: str = "long"
    quantity: Decimal
    entry: Decimal
    exit: Decimal
    profit: Decimal
    profit_percent: Decimal
    fees: Decimal
    candles: int
    entry_order: int
    exit_order: int


class TradeTable(msgspec.Struct, frozen=True, kw_only=True):
    """The trades of a run in packed columns, one number for each trade; see `RoundTrip` and `columns`."""

    opened: bytes = b""
    closed: bytes = b""
    candles: bytes = b""
    entry_order: bytes = b""
    exit_order: bytes = b""
    quantity: bytes = b""
    entry: bytes = b""
    exit: bytes = b""
    cost: bytes = b""
    proceeds: bytes = b""

    def __len__(self) -> int:
        return count_of(self.opened)

    def page(self, offset: int, limit: int) -> list[Trade]:
        """Return so many trades from `offset` on, in their order."""
        rows = slice(offset, offset + limit)
        whole = (self.opened, self.closed, self.candles, self.entry_order, self.exit_order)
        exact = (self.quantity, self.entry, self.exit, self.cost, self.proceeds)
        columns = [integers(slice_of(column, rows)).tolist() for column in whole]
        columns += [amounts(slice_of(column, rows, of_amounts=True)) for column in exact]
        return [_trade(number, row) for number, row in enumerate(zip(*columns, strict=True), offset + 1)]


def trade_table(trips: Sequence[RoundTrip], open_times: NDArray[np.int64]) -> TradeTable:
    """Return the trades packed; `open_times` are those of the run's candles."""
    opened = np.array([trip.opened for trip in trips], dtype=np.int64)
    closed = np.array([trip.closed for trip in trips], dtype=np.int64)
    candles = np.searchsorted(open_times, closed, side="right") - np.searchsorted(open_times, opened, side="right")
    return TradeTable(
        opened=packed_integers(opened),
        closed=packed_integers(closed),
        candles=packed_integers(candles),
        entry_order=packed_integers([trip.entry_order for trip in trips]),
        exit_order=packed_integers([trip.exit_order for trip in trips]),
        quantity=packed_amounts(trip.quantity for trip in trips),
        entry=packed_amounts(trip.entry for trip in trips),
        exit=packed_amounts(trip.exit for trip in trips),
        cost=packed_amounts(trip.cost for trip in trips),
        proceeds=packed_amounts(trip.proceeds for trip in trips),
    )


def _trade(number: int, row: tuple[int, ...]) -> Trade:
    opened, closed, candles, entry_order, exit_order, quantity, entry, exit_, cost, proceeds = row
    profit = proceeds - cost
    return Trade(
        number=number,
        opened=opened,
        closed=closed,
        quantity=decimal_of(quantity),
        entry=_ratio(entry, quantity, _PRICE),
        exit=_ratio(exit_, quantity, _PRICE),
        profit=decimal_of(profit),
        profit_percent=_ratio(100 * profit, cost, _PERCENT),
        fees=decimal_of(cost - entry + exit_ - proceeds),
        candles=candles,
        entry_order=entry_order,
        exit_order=exit_order,
    )


def _ratio(numerator: int, denominator: int, context: Context) -> Decimal:
    """Return a ratio, rounded to the context's digits; without trailing zeros where it is exact."""
    ratio = context.divide(Decimal(numerator), Decimal(denominator))
    whole = ratio.to_integral_value()
    return whole if ratio == whole else ratio.normalize(context)
