"""From an order as a client gives it to one as the engine takes it: in whole ticks and steps."""

from collections.abc import Callable
from decimal import Decimal

from streaming.commands.errors import WrongParametersError
from streaming.database.random_ids import new_id
from trading.engine.amounts import AMOUNT_DIGITS, amount_of, decimal_of
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import RefusalCode
from trading.engine.orders.types import OrderType
from trading.orders.errors import OrderConflictError
from trading.orders.parameters import NewOrder

_NAME_PREFIX = "o_"


def order_request(given: NewOrder, instrument: Instrument) -> OrderRequest:
    """Return the engine's request; raise `WrongParametersError`, which names what lies between two ticks or steps."""
    read = _Read()
    request = OrderRequest(
        client_order_id=given.client_order_id or new_id(_NAME_PREFIX),
        side=given.side,
        type=given.type,
        quantity=read.whole("quantity", given.quantity, instrument.steps, instrument.step_size),
        quote_amount=read.amount("quote_quantity", given.quote_quantity),
        price=read.whole("price", given.price, instrument.ticks, instrument.tick_size),
        stop_price=read.whole("stop_price", given.stop_price, instrument.ticks, instrument.tick_size),
        time_in_force=given.time_in_force,
    )
    if read.faults:
        raise WrongParametersError(read.faults)
    return request


class _Read:
    """Reads numbers, and notes what is wrong with them."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}

    def whole(self, name: str, value: Decimal | None, units: Callable[[Decimal], int], unit: Decimal) -> int:
        """Return how many units a value is."""
        if value is None:
            return 0
        try:
            return units(value)
        except ValueError:
            self.faults[name] = f"{name} must be a multiple of {format(unit.normalize(), 'f')}"
            return 0

    def amount(self, name: str, value: Decimal | None) -> int:
        """Return a value as an amount."""
        if value is None:
            return 0
        try:
            return amount_of(value)
        except ValueError:
            self.faults[name] = f"{name} must have at most {AMOUNT_DIGITS} decimals"
            return 0


def check_funds(engine: PaperSubAccount, request: OrderRequest, instrument: Instrument, *, price: int) -> None:
    """Raise `OrderConflictError` where less is free than an order needs at `price` ticks, and say how much.

    The engine sets aside what an order with a price of its own may cost, and refuses it without saying how much that
    is. What a market order costs is known only once it is executed: it is held against the price of now.
    """
    asset, wanted = _needed(request, instrument, engine.fees, price)
    free = engine.account.free(asset)
    if wanted > free:
        raise OrderConflictError(
            f"The order needs {_shown(wanted)} {asset}, and {_shown(free)} {asset} are free",
            RefusalCode.INSUFFICIENT_BALANCE.value,
        )


def _needed(request: OrderRequest, instrument: Instrument, fees: FeeSchedule, price: int) -> tuple[str, int]:
    """Return which asset an order gives away, and how much of it, with its fee."""
    steps = request.quantity or -(-request.quote_amount // instrument.notional(price, 1))
    if request.side.value == "sell":
        return instrument.base, steps * instrument.quantity_unit
    if request.quote_amount:
        return instrument.quote, request.quote_amount
    return instrument.quote, fees.with_fee(instrument.notional(price, steps))


def price_to_pay(request: OrderRequest, *, market: int, opposite: int | None) -> int:
    """Return at which price, in ticks, an order is reckoned: its own, its stop's, or that which it would get now."""
    if request.type is OrderType.MARKET:
        return opposite or market
    return request.price or request.stop_price


def _shown(amount: int) -> str:
    return format(decimal_of(amount), "f")
