"""What a user holds at present prices. Pure.

Several quote assets count as equal to each other: USDT and USDC are both a dollar here.
"""

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from functools import reduce

import msgspec

from trading.events import Portfolio, Position

_AVERAGE = Context(prec=16)
_EXACT = Context(prec=100)
_STEP = Decimal("0.0001")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of a symbol's base asset: how much, and what it cost, in quote."""

    symbol: str
    quote: str
    quantity: Decimal
    cost: Decimal

    @property
    def average_price(self) -> Decimal:
        """What one has cost on average, to 16 digits."""
        return _AVERAGE.divide(self.cost, self.quantity).normalize()


class UserHoldings(msgspec.Struct, frozen=True, kw_only=True):
    """All that a user holds over all accounts and grids: `balance` of quote assets, and what was earned so far.

    `quote_assets` are those of which something is held, was paid or was earned.
    """

    balance: Decimal = Decimal(0)
    realised: Decimal = Decimal(0)
    held: tuple[Held, ...] = ()
    quote_assets: tuple[str, ...] = ()


def portfolio_event(
    holdings: UserHoldings, prices: Mapping[str, Decimal], *, time: int, peak: Decimal = Decimal(0)
) -> Portfolio:
    """Return what is told of holdings; what no price is known of counts as worth what it cost, and says so.

    `peak` is the most that they were ever worth before.
    """
    positions = tuple(_position(held, prices.get(held.symbol)) for held in holdings.held)
    unrealised = exact_sum(gain for position in positions if (gain := position.unrealized_pnl) is not None)
    cost = exact_sum(held.cost for held in holdings.held)
    equity = _EXACT.add(_EXACT.add(holdings.balance, cost), unrealised)
    return Portfolio(
        time=time,
        equity=equity,
        balance=holdings.balance,
        unrealized_pnl=unrealised,
        realized_pnl=holdings.realised,
        positions=positions,
        drawdown=drawdown(equity, peak),
        quote_assets=holdings.quote_assets,
    )


def drawdown(equity: Decimal, peak: Decimal) -> Decimal:
    """Return by how many per cent something is below the most that it ever was, to four decimals.

    >>> drawdown(Decimal(90), Decimal(120)), drawdown(Decimal(130), Decimal(120))
    (Decimal('25.0000'), Decimal('0'))
    """
    if equity >= peak:
        return Decimal(0)
    return (_AVERAGE.divide(peak - equity, peak) * 100).quantize(_STEP)


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Return a sum to its last digit: amounts have up to 24 decimals, more than Python's own context keeps."""
    return reduce(_EXACT.add, amounts, Decimal(0))


def _position(held: Held, price: Decimal | None) -> Position:
    gain = None if price is None else _EXACT.subtract(_EXACT.multiply(held.quantity, price), held.cost)
    return Position(
        symbol=held.symbol,
        quantity=held.quantity,
        average_price=held.average_price,
        price=price,
        unrealized_pnl=gain,
    )
