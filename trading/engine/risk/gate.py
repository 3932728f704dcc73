"""The risk gate: what refuses an order before it reaches the exchange, each refusal with its code."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from streaming.events import Side
from trading.engine.amounts import decimal_of
from trading.engine.instrument import Instrument
from trading.engine.orders.filters import maximum_orders_refusal
from trading.engine.orders.order import OrderRequest
from trading.engine.risk.levels import TradingLevel
from trading.engine.risk.sent_orders import SentOrders


class RiskCode(StrEnum):
    """Which limit an order breaks: of the account, or `MAXIMUM_ORDERS` of the exchange, counted over the account."""

    HALTED = "KILL_SWITCH_ACTIVE"
    REDUCE_ONLY = "REDUCE_ONLY"
    ORDER_SIZE = "ORDER_SIZE"
    POSITION_SIZE = "POSITION_SIZE"
    OPEN_ORDERS = "OPEN_ORDERS"
    PRICE_COLLAR = "PRICE_COLLAR"
    ORDER_RATE = "ORDER_RATE"
    DAILY_LOSS = "DAILY_LOSS"
    MAXIMUM_ORDERS = "MAXIMUM_ORDERS"


SWITCHED_LEVELS: Mapping[str, TradingLevel] = {
    RiskCode.HALTED: TradingLevel.HALTED,
    RiskCode.REDUCE_ONLY: TradingLevel.REDUCE_ONLY,
}
"""What the kill switch stands at where it is what refuses."""
BY_KILL_SWITCH = frozenset(SWITCHED_LEVELS)
"""What the kill switch refuses by."""


class RiskRefusal(msgspec.Struct, frozen=True):
    """Why the gate lets an order not pass."""

    code: RiskCode
    message: str


class OrderGate(Protocol):
    """Asked before each order."""

    def __call__(
        self, instrument: Instrument, request: OrderRequest, market: int, time: int, /, *, is_counted: bool = False
    ) -> RiskRefusal | None:
        """Return what refuses an order at `time` (ms), the market standing at `market` ticks.

        One that passes counts as sent, but for one that `is_counted`: it was asked about before, and passed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLimits:
    """The limits of an account; None where there is none.

    Amounts of quote: `order_size` of one order, `position_size` of what is held and being bought, `daily_loss` since
    midnight (UTC). `price_collar` is a part of the market's price, such as 0.1: no limit is farther from it.
    """

    order_size: int | None = None
    position_size: int | None = None
    open_orders: int | None = None
    price_collar: Decimal | None = None
    orders_per_second: int | None = None
    daily_loss: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Where an account stands: `market` in ticks; `position` is what is held and being bought, `loss_today` what was
    lost since midnight (below zero: earned), both amounts of quote; `symbol_orders` count for the order's symbol.
    """

    level: TradingLevel
    market: int
    position: int
    open_orders: int
    loss_today: int
    symbol_orders: int = 0


class RiskGate:
    """Holds the orders of one account against its limits, and counts them by the time that it is given.

    `sent` are the account's orders, shared by all its gates; those of this one are noted as of the `sender`.
    """

    def __init__(self, limits: RiskLimits, *, sent: SentOrders | None = None, sender: int = 0) -> None:
        self._limits = limits
        self._sent = SentOrders() if sent is None else sent
        self._sender = sender

    def refusal(
        self, instrument: Instrument, request: OrderRequest, exposure: Exposure, *, time: int, is_counted: bool = False
    ) -> RiskRefusal | None:
        """Return what refuses an order at `time` (ms); one that passes counts as sent, where it isn't counted yet."""
        refusal = (
            _by_level(request, exposure)
            or self._by_size(instrument, request, exposure)
            or self._by_count(exposure)
            or _by_symbol(instrument, request, exposure)
            or self._by_price(instrument, request, exposure)
            or self._by_loss(instrument, request, exposure)
            or (None if is_counted else self._by_rate(time))
        )
        if refusal is None and not is_counted and self._limits.orders_per_second is not None:
            self._sent.add(time, self._sender)
        return refusal

    def _by_size(self, instrument: Instrument, request: OrderRequest, exposure: Exposure) -> RiskRefusal | None:
        notional = request.notional(instrument, exposure.market)
        largest = self._limits.order_size
        if largest is not None and notional > largest:
            return _over(RiskCode.ORDER_SIZE, "the order is worth", notional, largest, instrument.quote)
        after = exposure.position + notional
        largest = self._limits.position_size
        if largest is not None and request.side is Side.BUY and after > largest:
            return _over(RiskCode.POSITION_SIZE, "the position would be worth", after, largest, instrument.quote)
        return None

    def _by_count(self, exposure: Exposure) -> RiskRefusal | None:
        most = self._limits.open_orders
        if most is None or exposure.open_orders < most:
            return None
        return RiskRefusal(RiskCode.OPEN_ORDERS, f"{exposure.open_orders} orders are open; the most is {most}")

    def _by_price(self, instrument: Instrument, request: OrderRequest, exposure: Exposure) -> RiskRefusal | None:
        collar, price = self._limits.price_collar, request.price or request.stop_price
        if collar is None or not price or abs(price - exposure.market) <= collar * exposure.market:
            return None
        percent = format((collar * 100).normalize(), "f")
        market = instrument.price(exposure.market)
        message = f"the price {instrument.price(price)} is over {percent} % away from the market's {market}"
        return RiskRefusal(RiskCode.PRICE_COLLAR, message)

    def _by_loss(self, instrument: Instrument, request: OrderRequest, exposure: Exposure) -> RiskRefusal | None:
        """Refuse to buy more once too much was lost today; what makes the position smaller may always go."""
        most = self._limits.daily_loss
        if most is None or request.side is Side.SELL or exposure.loss_today < most:
            return None
        return _over(RiskCode.DAILY_LOSS, "the loss of today is", exposure.loss_today, most, instrument.quote)

    def _by_rate(self, time: int) -> RiskRefusal | None:
        most = self._limits.orders_per_second
        if most is None or self._sent.count(time) < most:
            return None
        return RiskRefusal(RiskCode.ORDER_RATE, f"{most} orders were sent within a second, which is the most")


def _by_level(request: OrderRequest, exposure: Exposure) -> RiskRefusal | None:
    if exposure.level is TradingLevel.HALTED:
        return RiskRefusal(RiskCode.HALTED, "trading is halted")
    if exposure.level is TradingLevel.REDUCE_ONLY and request.side is Side.BUY:
        return RiskRefusal(RiskCode.REDUCE_ONLY, "only orders that make a position smaller are taken")
    return None


def _by_symbol(instrument: Instrument, request: OrderRequest, exposure: Exposure) -> RiskRefusal | None:
    refusal = maximum_orders_refusal(instrument, request, open_orders=exposure.symbol_orders)
    return None if refusal is None else RiskRefusal(RiskCode.MAXIMUM_ORDERS, refusal.message)


def _over(code: RiskCode, what: str, value: int, most: int, quote: str) -> RiskRefusal:
    shown = [format(decimal_of(amount), "f") for amount in (value, most)]
    return RiskRefusal(code, f"{what} {shown[0]} {quote}; the most is {shown[1]}")
