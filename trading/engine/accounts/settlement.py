"""How an execution is settled: what the account pays and receives, the fee, and what the order keeps set aside."""

from collections.abc import Callable

import msgspec

from streaming.events import Side
from trading.engine.accounts.account import Account, InsufficientBalanceError
from trading.engine.accounts.lots import ClosedLot
from trading.engine.amounts import AMOUNT_DIGITS, ONE
from trading.engine.fees import FeeAsset, FeeSchedule, Liquidity
from trading.engine.instrument import Instrument
from trading.engine.orders.order import Order
from trading.engine.orders.state import OrderStep

PriceOfAsset = Callable[[str], int]
"""What one whole unit of a third asset costs now, as an amount of quote."""
_THIRD_ASSET_UNIT: int = 10 ** (AMOUNT_DIGITS - 8)
"""Fees in a third asset are rounded up to eight decimals, as exchanges keep their balances."""


class Fill(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One execution. `price` in ticks, `quantity` in steps; `notional` and `fee` are amounts, of quote and `fee_asset`.

    `realised` is what it realised, net of all fees, by giving away the `closed` lots (amounts of quote). `time` in ms.
    `depends_on_path`: which price came first within the candle decided whether it happened.
    """

    number: int
    order: int
    client_order_id: str
    side: Side
    price: int
    quantity: int
    notional: int
    fee: int
    fee_asset: str
    liquidity: Liquidity
    realised: int
    closed: tuple[ClosedLot, ...]
    time: int
    depends_on_path: bool = False


class Settlement:
    """Settles the executions of one instrument on one account; `price_of` is asked where a third asset pays the fee."""

    def __init__(
        self, instrument: Instrument, account: Account, fees: FeeSchedule, *, price_of: PriceOfAsset | None = None
    ) -> None:
        if instrument.quote != account.quote:
            raise ValueError(f"{instrument.symbol} isn't traded for {account.quote}")
        if fees.charged_in is FeeAsset.THIRD and price_of is None:
            raise ValueError("fees in a third asset need its price")
        self.account = account
        self.fees = fees
        self._instrument = instrument
        self._account = account
        self._fees = fees
        self._price_of = price_of

    def asset_given(self, side: Side) -> str:
        """Return the asset that an order of this side gives away."""
        return self._instrument.quote if side is Side.BUY else self._instrument.base

    def _asset_received(self, side: Side) -> str:
        return self._instrument.base if side is Side.BUY else self._instrument.quote

    def lock(self, order: Order, ticks: int) -> None:
        """Set aside what the rest of an order may cost; raise `InsufficientBalanceError` where less is free."""
        side = order.request.side
        amount = self._amount_to_lock(side, ticks=ticks, steps=order.remaining)
        self._account.lock(self.asset_given(side), amount - order.locked)
        order.locked = amount

    def release(self, order: Order) -> None:
        """Free whatever the order still has set aside."""
        self._account.release(self.asset_given(order.request.side), order.locked)
        order.locked = 0

    def can_pay(self, order: Order, ticks: int, steps: int) -> bool:
        """Return whether the account can pay so many steps at a price."""
        side = order.request.side
        budget = order.locked + self._account.free(self.asset_given(side))
        return self._amount_to_lock(side, ticks=ticks, steps=steps) <= budget

    def steps_for(self, quote_amount: int, side: Side, ticks: int) -> int:
        """Return how many steps can be bought for an amount with their fees, or must be sold to earn it before fees."""
        each = self._instrument.notional(ticks, 1)
        return quote_amount // (self._with_fee(each) if side is Side.BUY else each)

    def settle(self, order: Order, *, ticks: int, steps: int, completes: bool, liquidity: Liquidity, time: int) -> Fill:
        """Execute `steps` of an order at a price; `completes` where nothing of it is left.

        Raise `InsufficientBalanceError` where the account can't pay; then nothing has changed.
        """
        side, notional = order.request.side, self._instrument.notional(ticks, steps)
        amount = steps * self._instrument.quantity_unit
        fee_asset, fee = self._fee(side, notional, amount, liquidity)
        paid, received, besides = self._flows(side, notional, amount, fee_asset, fee)
        self._pay(order, paid, fee_asset, besides)
        self._account.give(self._asset_received(side), received)
        self._account.executions += 1
        self._account.fees += self._fees.fee(notional, liquidity)
        before = self._account.realised
        closed = self._note_cost(side, paid, received)
        if besides:
            self._account.close_lots(fee_asset, besides, proceeds=0)  # an asset that only pays the fee earns nothing
        order.fees_in_quote += fee if fee_asset == self._instrument.quote else 0
        self._advance(order, steps, notional, completes=completes)
        return Fill(
            number=self._account.executions,
            order=order.number,
            client_order_id=order.request.client_order_id,
            side=side,
            price=ticks,
            quantity=steps,
            notional=notional,
            fee=fee,
            fee_asset=fee_asset,
            liquidity=liquidity,
            realised=self._account.realised - before,
            closed=closed,
            time=time,
        )

    def _with_fee(self, notional: int) -> int:
        """Return what must be there to buy for `notional`: a fee that the bought asset pays needs no quote."""
        return notional if self._fees.charged_in is FeeAsset.RECEIVED else self._fees.with_fee(notional)

    def _amount_to_lock(self, side: Side, *, ticks: int, steps: int) -> int:
        if side is Side.SELL:
            return steps * self._instrument.quantity_unit
        return self._with_fee(self._instrument.notional(ticks, steps))

    def _fee(self, side: Side, notional: int, amount: int, liquidity: Liquidity) -> tuple[str, int]:
        """Return the asset that is charged, and how much of it."""
        if self._fees.charged_in is FeeAsset.RECEIVED and side is Side.BUY:
            return self._instrument.base, self._fees.fee(amount, liquidity)
        in_quote = self._fees.fee(notional, liquidity)
        if self._fees.charged_in is FeeAsset.THIRD:
            in_third = self._in_third_asset(in_quote)
            if in_third <= self._account.free(self._fees.third_asset):
                return self._fees.third_asset, in_third
        return self._instrument.quote, in_quote

    def _in_third_asset(self, in_quote: int) -> int:
        assert self._price_of is not None  # noqa: S101 - the constructor has looked
        amount = in_quote * ONE // self._price_of(self._fees.third_asset)
        return -(-amount // _THIRD_ASSET_UNIT) * _THIRD_ASSET_UNIT

    def _flows(self, side: Side, notional: int, amount: int, fee_asset: str, fee: int) -> tuple[int, int, int]:
        """Return what is paid, received, and paid besides of a third asset: a fee is kept back of what is received,
        where it can be.
        """
        paid, received = (notional, amount) if side is Side.BUY else (amount, notional)
        if fee_asset == self._asset_received(side):
            return paid, received - fee, 0
        if fee_asset == self.asset_given(side):
            return paid + fee, received, 0
        return paid, received, fee

    def _pay(self, order: Order, paid: int, fee_asset: str, besides: int) -> None:
        """Pay with what is set aside first, then with what is free; raise before anything has changed."""
        account, given = self._account, self.asset_given(order.request.side)
        if besides > account.free(fee_asset):
            raise InsufficientBalanceError(fee_asset, wanted=besides, free=account.free(fee_asset))
        from_lock = min(order.locked, paid)
        account.take_free(given, paid - from_lock)
        account.take_free(fee_asset, besides)
        account.take_locked(given, from_lock)
        order.locked -= from_lock

    def _note_cost(self, side: Side, paid: int, received: int) -> tuple[ClosedLot, ...]:
        """Note what was bought at what cost, or sold for what."""
        if side is Side.BUY:
            self._account.open_lot(
                self._instrument.base, opened_by=self._account.executions, amount=received, cost=paid
            )
            return ()
        return self._account.close_lots(self._instrument.base, paid, proceeds=received)

    def _advance(self, order: Order, steps: int, notional: int, *, completes: bool) -> None:
        order.filled += steps
        order.filled_notional += notional
        order.take(OrderStep.FILL if completes else OrderStep.FILL_PART)
        if completes:
            self.release(order)
        elif order.request.price:
            self._shrink_lock(order)

    def _shrink_lock(self, order: Order) -> None:
        """Free what the rest of an order needs no more, where a part of it got a better price than its own."""
        side = order.request.side
        needed = self._amount_to_lock(side, ticks=order.request.price, steps=order.remaining)
        surplus = max(0, order.locked - needed)
        self._account.release(self.asset_given(side), surplus)
        order.locked -= surplus
